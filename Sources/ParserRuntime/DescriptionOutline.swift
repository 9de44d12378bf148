/// What a description consists of, with the lines on which it says so. Generated code has one, so that traffic can be
/// held against it and every field explained.
public struct DescriptionOutline: Sendable {
  /// The description's title, if it has one.
  public let title: String?
  /// The files of the description: its own, then those it imports.
  public let sources: [Source]
  /// In the order in which they are written; the first is the root type.
  public let types: [TypeOutline]
  /// All enums.
  public let enumerations: [Enumeration]

  /// What generated code says of its description.
  public init(title: String?, sources: [Source], types: [TypeOutline], enumerations: [Enumeration]) {
    self.title = title
    self.sources = sources
    self.types = types
    self.enumerations = enumerations
  }

  /// The type of a name; nil where there is none.
  public func type(_ name: String) -> TypeOutline? { types.first { $0.name == name } }

  /// What the description says of a node: of the field in its type, else of the node's own type.
  public func doc(of node: FieldNode, in parent: String?) -> String? {
    parent.flatMap { type($0)?.member(node.name)?.doc } ?? node.type.flatMap { type($0)?.doc }
  }

  /// A file, as it was when the parser was made of it.
  public struct Source: Sendable {
    /// The file's name, without its folder.
    public let name: String
    /// All of its text.
    public let text: String

    /// A file of this name and text.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// A type, with what is in it.
  public struct TypeOutline: Sendable {
    /// The name in the description.
    public let name: String
    /// The file's number in `sources`.
    public let source: Int
    /// The line in that file, from 1.
    public let line: Int
    /// The documentation that the description has of it.
    public let doc: String?
    /// Its fields and instances, in the order in which they are written.
    public let members: [Member]

    /// - Parameters:
    ///   - source: the file's number in `sources`.
    ///   - line: from 1.
    public init(_ name: String, source: Int, line: Int, doc: String?, members: [Member]) {
      self.name = name
      self.source = source
      self.line = line
      self.doc = doc
      self.members = members
    }

    /// The field or instance of a name; nil where there is none.
    public func member(_ name: String) -> Member? { members.first { $0.name == name } }
  }

  /// A field, or an instance computed from fields.
  public struct Member: Sendable {
    /// The name in the description.
    public let name: String
    /// The line in its type's file, from 1.
    public let line: Int
    /// As the description would write it, such as `u2be`, `bytes` or a type's name; `[]` behind it if it is repeated.
    public let type: String
    /// The documentation that the description has of it.
    public let doc: String?
    /// Whether it is computed from fields, or read at a place of its own.
    public let isInstance: Bool
    /// Whether its contents are fixed, so that it holds nothing that could vary.
    public let isConstant: Bool
    /// Whether it is true or false.
    public let isBoolean: Bool
    /// Whether there may be several values of it.
    public var isRepeated: Bool { type.hasSuffix("[]") }
    /// The line of its `if`; nil where it has none.
    public let conditionLine: Int?
    /// Whether the description says which values are valid.
    public let hasConstraint: Bool
    /// The number of its enum in `enumerations`; nil where it has none.
    public let enumeration: Int?
    /// What a switch may choose; empty where there is none.
    public let cases: [Case]

    /// A field or an instance; of what is left out it has nothing.
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
    /// The value that chooses it, as the description writes it; `_` where it is the rest.
    public let match: String
    /// The name of its type; nil where it is no user type.
    public let type: String?
    /// The line in its type's file, from 1.
    public let line: Int

    /// - Parameters:
    ///   - match: the value that chooses it, as the description writes it.
    ///   - line: from 1.
    public init(_ match: String, type: String?, line: Int) {
      self.match = match
      self.type = type
      self.line = line
    }
  }

  /// An enum.
  public struct Enumeration: Sendable {
    /// The name in the description.
    public let name: String
    /// The file's number in `sources`.
    public let source: Int
    /// The line in that file, from 1.
    public let line: Int
    /// The values that the description lists, in its order.
    public let values: [Value]

    /// - Parameters:
    ///   - source: the file's number in `sources`.
    ///   - line: from 1.
    public init(_ name: String, source: Int, line: Int, values: [Value]) {
      self.name = name
      self.source = source
      self.line = line
      self.values = values
    }
  }

  /// A value of an enum.
  public struct Value: Sendable {
    /// The integer that stands for it.
    public let value: Int64
    /// The name in the description.
    public let name: String
    /// The line in its enum's file, from 1.
    public let line: Int
    /// The documentation that the description has of it.
    public let doc: String?

    /// - Parameter line: from 1.
    public init(_ value: Int64, _ name: String, line: Int, doc: String? = nil) {
      self.value = value
      self.name = name
      self.line = line
      self.doc = doc
    }
  }
}
