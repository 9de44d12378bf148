/// A value that somebody outside of a description gives for a parameter of its root type.
public indirect enum ParameterValue: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int128)
  case float(Double)
  case text(String)
  case bytes([UInt8])
  case list([ParameterValue])
  /// As somebody has typed it: what it means depends on the parameter's type.
  case typed(String)
}

extension ParameterValue: Codable {
  private enum Key: String, CodingKey {
    case bytes = "$bytes"
    case typed = "$typed"
  }

  private struct Unreadable: Error, CustomStringConvertible {
    var description: String { "no value of a parameter" }
  }

  /// A value of JSON; bytes are `{"$bytes": "0A0B"}`.
  public init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      if let text = try? object.decode(String.self, forKey: .typed) {
        self = .typed(text)
      } else if let bytes = Self.bytes(try object.decode(String.self, forKey: .bytes)) {
        self = .bytes(bytes)
      } else {
        throw Unreadable()
      }
      return
    }
    let value = try decoder.singleValueContainer()
    if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(Int128(integer))
    } else if let integer = try? value.decode(UInt.self) {
      self = .integer(Int128(integer))
    } else if let float = try? value.decode(Double.self) {
      self = .float(float)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try value.decode([ParameterValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .typed(let text):
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(text, forKey: .typed)
    case .bytes(let bytes):
      var object = encoder.container(keyedBy: Key.self)
      let digits = bytes.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
      try object.encode(digits, forKey: .bytes)
    case .boolean(let boolean): try encode(boolean, encoder)
    case .integer(let integer):
      if let small = Int(exactly: integer) { try encode(small, encoder) } else { try encode(UInt(integer), encoder) }
    case .float(let float): try encode(float, encoder)
    case .text(let text): try encode(text, encoder)
    case .list(let elements): try encode(elements, encoder)
    }
  }

  private func encode(_ value: some Encodable, _ encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// Bytes as hexadecimal digits; spaces between them mean nothing.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.filter { $0 != 0x20 }
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else {
      return nil
    }
    return stride(from: 0, to: digits.count, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
    }
  }
}
