public import ParserRuntime

/// A parsed object that tells what it is made of.
public protocol DumpableObject: ParsedObject {
  /// Parses the sequence. What was parsed before an error stays.
  func read() throws(ParseError)

  /// Params, fields that have an id, and instances, in the order of the description.
  func dumpMembers() -> [DumpMember]

  /// The member, and of a repeated one the element, that `read()` was at when it threw; nil if it did not.
  var currentMember: (name: StaticString, index: Int?)? { get }
}

/// A param, field or instance of an object.
public struct DumpMember {
  public enum Kind: Sendable {
    case parameter, field, parsedInstance, computedInstance

    /// Whether an object that is the member's value was parsed there, and not somewhere else.
    var isParsed: Bool { self == .field || self == .parsedInstance }
  }

  public let kind: Kind
  /// As the description has it.
  public let name: StaticString
  /// Where its bytes are, counted from the first byte of the stream's source; nil if it has none, or none yet.
  public let span: (start: Int, end: Int)?
  /// What the description says of it.
  public let doc: StaticString?
  /// Evaluates the member, an instance for the first time if need be; nil if the member is absent.
  public let value: () throws(ParseError) -> DumpValue?

  public init(
    _ kind: Kind, _ name: StaticString, span: (start: Int, end: Int)? = nil, doc: StaticString? = nil,
    _ value: @escaping () throws(ParseError) -> DumpValue?
  ) {
    self.kind = kind
    self.name = name
    self.span = span
    self.doc = doc
    self.value = value
  }
}

/// The value of a computed instance that is just a field; nil where that has not been parsed.
public func present<Value>(
  _ field: StaticString, _ value: () throws(ParseError) -> Value
) throws(ParseError) -> Value? {
  do throws(ParseError) {
    return try value()
  } catch {
    if case .missingField = error.reason, error.field == field.description { return nil }
    throw error
  }
}

/// How to make the root object of a description.
public struct DumpRoot: Sendable {
  /// What distinguishes it from the other descriptions of a program.
  public let id: String
  /// Makes the object; `read()` then parses it.
  public let make: @Sendable (ByteStream) throws(ParseError) -> any DumpableObject

  public init(_ id: String, _ make: @escaping @Sendable (ByteStream) throws(ParseError) -> any DumpableObject) {
    self.id = id
    self.make = make
  }
}
