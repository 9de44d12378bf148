extension SpecificationInfo {
  /// What the author of a description has said of a kind of values. From `meta/-sql/kinds` and `meta/-sql/value-queries`.
  public struct ValueKind: Sendable {
    /// What columns call it.
    public let name: String
    /// What such a value is; nil where the description does not say.
    public let doc: String?
    /// The ways in which columns write such values; empty where all write them alike.
    public let spellings: [Spelling]
    /// What may be asked of such a value.
    /// Their parameter `:value` stands for it.
    public let queries: [TitledQuery]

    /// A kind of this name.
    public init(_ name: String, doc: String? = nil, spellings: [Spelling] = [], queries: [TitledQuery] = []) {
      self.name = name
      self.doc = doc
      self.spellings = spellings
      self.queries = queries
    }
  }

  /// A way in which values of a kind are written.
  public struct Spelling: Sendable {
    /// What the parameter of a query is called that has a value in this spelling.
    public let name: String
    /// Spells a value, however somebody has written it; nil where the text is no such value.
    public let text: @Sendable (String) -> String?

    /// A spelling of this name, and what makes it.
    public init(_ name: String, _ text: @escaping @Sendable (String) -> String?) {
      self.name = name
      self.text = text
    }
  }
}
