/// What a description consists of, with the lines on which it says so. Generated code has one, so that traffic can be
/// held against it and every field explained.
public struct DescriptionOutline: Sendable {
  public let title: String?
  /// The files of the description: its own, then those it imports.
  public let sources: [Source]
  /// In the order in which they are written; the first is the root type.
  public let types: [TypeOutline]
  public let enumerations: [Enumeration]

  public init(title: String?, sources: [Source], types: [TypeOutline], enumerations: [Enumeration]) {
    self.title = title
    self.sources = sources
    self.types = types
    self.enumerations = enumerations
  }

  public func type(_ name: String) -> TypeOutline? { types.first { $0.name == name } }

  /// What the description says of a node: of the field in its type, else of the node's own type.
  public func doc(of node: FieldNode, in parent: String?) -> String? {
    parent.flatMap { type($0)?.member(node.name)?.doc } ?? node.type.flatMap { type($0)?.doc }
  }

  /// A file, as it was when the parser was made of it.
  public struct Source: Sendable {
    public let name: String
    public let text: String

    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  public struct TypeOutline: Sendable {
    public let name: String
    /// The file's number in `sources`, and the line in it, from 1.
    public let source: Int
    public let line: Int
    public let doc: String?
    public let members: [Member]

    public init(_ name: String, source: Int, line: Int, doc: String?, members: [Member]) {
      self.name = name
      self.source = source
      self.line = line
      self.doc = doc
      self.members = members
    }

    public func member(_ name: String) -> Member? { members.first { $0.name == name } }
  }

  /// A field, or an instance computed from fields.
  public struct Member: Sendable {
    public let name: String
    public let line: Int
    /// As the description would write it, such as `u2be`, `bytes` or a type's name; `[]` behind it if it is repeated.
    public let type: String
    public let doc: String?
    public let isInstance: Bool
    /// Whether it holds anything at all that could vary; false for fixed contents.
    public let isConstant: Bool
    public let isBoolean: Bool
    public var isRepeated: Bool { type.hasSuffix("[]") }
    /// The line of its `if`.
    public let conditionLine: Int?
    public let hasConstraint: Bool
    /// The number of its enum in `enumerations`.
    public let enumeration: Int?
    /// What a switch may choose.
    public let cases: [Case]

    public init(
      _ name: String, line: Int, type: String, doc: String? = nil, isInstance: Bool = false, isConstant: Bool = false,
      isBoolean: Bool = false, conditionLine: Int? = nil, hasConstraint: Bool = false, enumeration: Int? = nil,
      cases: [Case] = []
    ) {
      self.name = name
      self.line = line
      self.type = type
      self.doc = doc
      self.isInstance = isInstance
      self.isConstant = isConstant
      self.isBoolean = isBoolean
      self.conditionLine = conditionLine
      self.hasConstraint = hasConstraint
      self.enumeration = enumeration
      self.cases = cases
    }
  }

  /// A case of a switch; `type` is nil where it is no user type.
  public struct Case: Sendable {
    public let match: String
    public let type: String?
    public let line: Int

    public init(_ match: String, type: String?, line: Int) {
      self.match = match
      self.type = type
      self.line = line
    }
  }

  public struct Enumeration: Sendable {
    public let name: String
    public let source: Int
    public let line: Int
    public let values: [Value]

    public init(_ name: String, source: Int, line: Int, values: [Value]) {
      self.name = name
      self.source = source
      self.line = line
      self.values = values
    }
  }

  public struct Value: Sendable {
    public let value: Int64
    public let name: String
    public let line: Int
    public let doc: String?

    public init(_ value: Int64, _ name: String, line: Int, doc: String? = nil) {
      self.value = value
      self.name = name
      self.line = line
      self.doc = doc
    }
  }
}
