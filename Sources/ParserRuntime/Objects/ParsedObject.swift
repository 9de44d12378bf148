/// An object that generated code has made of a user-defined type.
public protocol ParsedObject: AnyObject {
  /// The type's full name in the description: `png::chunk`.
  static var typeName: String { get }
  /// The stream it is parsed from: Kaitai's `_io`.
  var stream: ByteStream { get }
  /// The object that it belongs to: Kaitai's `_parent`.
  var parentObject: (any ParsedObject)? { get }
  /// Where it began, from the first byte of its stream.
  var startPosition: Int { get }
}

/// The object as one of type `T`, as a cast `.as<t>` of a description wants it.
/// - Parameter name: what is cast, for the error.
public func castObject<T>(
  _ value: (any ParsedObject)?, to type: T.Type, _ name: StaticString
) throws(ParseError) -> T {
  let value = try known(value, name)
  guard let result = value as? T else {
    let (expected, found) = ((type as? any ParsedObject.Type)?.typeName ?? "\(type)", Swift.type(of: value).typeName)
    throw ParseError(.wrongType(expected: expected, found: found), field: name.description, offset: value.stream.offset)
  }
  return result
}

/// The value of a field that an expression uses; throws if it is not parsed (yet), or its `if` is false.
public func known<T>(_ value: T?, _ name: StaticString) throws(ParseError) -> T {
  guard let value else { throw ParseError(.missingField, field: name.description, offset: 0) }
  return value
}
