/// What a store has: its tables and views as they are now, whatever description made them.
public struct StoreCatalogue: Sendable {
  /// In the order in which they were made.
  public var relations: [Relation] = []

  /// Of an empty store.
  public init() {}

  /// A table or a view.
  public struct Relation: Sendable {
    /// Its name.
    public var name: String
    /// Whether it is a view.
    public var isView: Bool
    /// What its rows are; nil where the store does not know.
    public var doc: String?
    /// In their order.
    public var columns: [Column] = []
    /// The indices that it has.
    public var indices: [Index] = []
    /// The statement that made it.
    public var definition: String

    /// - Parameters:
    ///   - name: of the table or the view.
    ///   - doc: what its rows are; nil where the store does not know.
    ///   - definition: the statement that made it.
    public init(_ name: String, isView: Bool, doc: String?, definition: String) {
      self.name = name
      self.isView = isView
      self.doc = doc
      self.definition = definition
    }
  }

  /// A column of a table or a view.
  public struct Column: Sendable {
    /// Its name.
    public var name: String
    /// Its type, in the store's words.
    public var type: String
    /// What it holds; nil where the store does not know.
    public var doc: String?
    /// Whether a row must have it.
    public var isRequired: Bool
    /// What it has in rows that were given no value, in the store's words; nil for NULL.
    public var defaultValue: String?
    /// Its place in the key, from 1; 0 where it is no part of that.
    public var keyPlace: Int

    /// - Parameters:
    ///   - name: of the column.
    ///   - type: in the store's words.
    ///   - doc: what it holds; nil where the store does not know.
    ///   - isRequired: whether a row must have it.
    ///   - defaultValue: in the store's words; nil for NULL.
    ///   - keyPlace: its place in the key, from 1; 0 where it is no part of that.
    public init(
      _ name: String, type: String, doc: String?, isRequired: Bool, defaultValue: String?, keyPlace: Int
    ) {
      self.name = name
      self.type = type
      self.doc = doc
      self.isRequired = isRequired
      self.defaultValue = defaultValue
      self.keyPlace = keyPlace
    }
  }

  /// An index of a table.
  public struct Index: Sendable {
    /// Its name.
    public var name: String
    /// The statement that made it; nil where it came with the table.
    public var definition: String?

    /// - Parameters:
    ///   - name: of the index.
    ///   - definition: the statement that made it; nil where it came with the table.
    public init(_ name: String, definition: String?) {
      self.name = name
      self.definition = definition
    }
  }
}

/// An index that pays after a capture: during one it would cost more than it is worth.
public struct SuggestedIndex: Sendable {
  /// Its name.
  public var name: String
  /// The statement that makes it.
  public var definition: String
  /// Whether the store has it.
  public var exists: Bool

  /// - Parameters:
  ///   - name: of the index.
  ///   - definition: the statement that makes it.
  ///   - exists: whether the store has it.
  public init(_ name: String, definition: String, exists: Bool) {
    self.name = name
    self.definition = definition
    self.exists = exists
  }
}
