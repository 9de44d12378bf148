import Capture
import ParserRuntime

/// A JSON value to be written; objects keep their order.
enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)
  case array([JSON])
  case object([(String, JSON)])

  static func integer(_ value: Int) -> JSON { .integer(Int64(value)) }
  /// The largest integer that a number of JavaScript holds exactly.
  static let exactInteger = Int64(1) << 53

  /// An integer, as a text where a number of JavaScript would be another one.
  static func whole(_ value: Int64) -> JSON {
    value.magnitude <= exactInteger.magnitude ? .integer(value) : .text(String(value))
  }

  static func optional(_ value: Int?) -> JSON { value.map { .integer($0) } ?? .null }
  static func optional(_ value: String?) -> JSON { value.map { .text($0) } ?? .null }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
}

extension JSON {
  var utf8: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }
}

/// Writes JSON as UTF-8.
struct JSONWriter {
  var bytes: [UInt8] = []

  mutating func write(_ value: JSON) {
    switch value {
    case .null: raw("null")
    case .bool(let value): raw(value ? "true" : "false")
    case .integer(let value): raw(String(value))
    case .real(let value): real(value)
    case .text(let value): text(value)
    case .array(let values):
      list("[", "]", values) { $0.write($1) }
    case .object(let members):
      list("{", "}", members) { writer, member in
        writer.text(member.0)
        writer.raw(":")
        writer.write(member.1)
      }
    }
  }

  private mutating func list<Element>(
    _ open: StaticString, _ close: StaticString, _ elements: [Element], _ each: (inout JSONWriter, Element) -> Void
  ) {
    raw(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { raw(",") }
      each(&self, element)
    }
    raw(close)
  }

  mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// JSON has no infinity, so that is a text.
  mutating func real(_ value: Double) {
    if value.isFinite { raw(ResultText.real(value)) } else { text(ResultText.real(value)) }
  }

  mutating func text(_ value: String) {
    var value = value
    value.withUTF8 { text(UnsafeRawBufferPointer($0)) }
  }

  /// A text in UTF-8; what is none becomes U+FFFD.
  mutating func text(_ utf8: UnsafeRawBufferPointer) {
    bytes.append(UInt8(ascii: "\""))
    if utf8.contains(where: { $0 >= 0x80 }) {
      for byte in String(decoding: utf8, as: UTF8.self).utf8 { character(byte) }
    } else {
      for byte in utf8 { character(byte) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func character(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    case 0..<0x20: raw("\\u00" + [byte].hex)
    // Harmless in JSON, but not where somebody puts the JSON into a page.
    case UInt8(ascii: "<"): raw("\\u003C")
    default: bytes.append(byte)
    }
  }
}

extension [UInt8] {
  /// Upper-case hexadecimal digits.
  var hex: String { withUnsafeBytes(hexText) }
}
