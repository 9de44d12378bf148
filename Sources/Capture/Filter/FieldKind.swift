import Foundation
import ParserRuntime

/// What values a field has, and so what it can be compared with.
enum FieldKind: Hashable, Sendable {
  /// Integers of a range; some of them may have names.
  case integer(ClosedRange<Int128>, names: [String: Int64] = [:])
  case boolean
  case real
  /// Upper-case hex digits.
  case hex
  /// Decimal digits, of any number.
  case decimal
  /// Addresses of IPv4 or IPv6.
  case address
  case text
  case blob
  /// Numbers and texts.
  case any
  /// In µs since 1970-01-01 UTC.
  case time
  /// In µs.
  case duration
  /// An address, with the port in another column of this name.
  case endpoint(port: String)

  /// Of a column of a description or of the engine.
  init(
    _ type: SpecificationInfo.ColumnType, _ form: SpecificationInfo.ValueForm = .natural, names: [String: Int64] = [:]
  ) {
    self =
      switch (form, type) {
      case (.boolean, _): .boolean
      case (.hex, _): .hex
      case (.decimal, _): .decimal
      case (.address, _): .address
      case (.text, _): .text
      case (.blob, _), (.natural, .blob): .blob
      case (.natural, .signed(let bits)):
        .integer(-(Int128(1) << Int128(bits - 1))...(Int128(1) << Int128(bits - 1)) - 1, names: names)
      case (.natural, .unsigned(let bits)): .integer(0...(Int128(1) << Int128(bits)) - 1, names: names)
      case (.natural, .real): .real
      case (.natural, .text): .text
      case (.natural, .any): .any
      }
  }

  /// What the values are, in words.
  var words: String {
    switch self {
    case .integer(_, let names): names.isEmpty ? "numbers" : "names"
    case .boolean: "true or false"
    case .real: "numbers"
    case .hex: "hex digits"
    case .decimal: "numbers"
    case .address: "addresses"
    case .text, .any: "texts"
    case .blob: "bytes"
    case .time: "times"
    case .duration: "durations"
    case .endpoint: "addresses with ports"
    }
  }

  /// Whether values have an order that means something to a reader.
  var isOrdered: Bool {
    switch self {
    case .integer, .real, .decimal, .text, .hex, .time, .duration: true
    case .boolean, .address, .blob, .any, .endpoint: false
    }
  }

  /// Whether values are texts of which parts can be looked for.
  var hasParts: Bool {
    switch self {
    case .hex, .decimal, .text, .any, .blob, .address: true
    case .integer, .boolean, .real, .time, .duration, .endpoint: false
    }
  }
}

extension FieldKind {
  /// A value as the column has it.
  /// - Throws: Where the field can have no such value.
  func value(_ text: String) throws(FilterProblem) -> QueryValue {
    func wrong(_ expected: String, nearest: String? = nil) -> FilterProblem {
      .wrongValue(text, expected: expected, nearest: nearest)
    }
    switch self {
    case .integer(let range, let names):
      let word = text.split(separator: "::").last.map(String.init) ?? text
      if let value = names[word] { return .integer(value) }
      guard let number = Self.integer(text) else {
        guard !names.isEmpty else { throw wrong("numbers") }
        throw wrong("numbers and names", nearest: nearestName(to: word, among: names.keys.sorted()))
      }
      guard range.contains(number) else {
        throw .outOfRange(text, low: "\(range.lowerBound)", high: "\(range.upperBound)")
      }
      // Unsigned integers of 64 bits are stored as signed ones of the same bits.
      return .integer(Int64(truncatingIfNeeded: number))
    case .boolean:
      switch text.lowercased() {
      case "true", "1": return .integer(1)
      case "false", "0": return .integer(0)
      default: throw wrong("true and false")
      }
    case .real:
      guard let number = Double(text) else { throw wrong("numbers") }
      return .real(number)
    case .hex:
      let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
      guard digits.allSatisfy(\.isHexDigit), digits.allSatisfy(\.isASCII) else { throw wrong("hex digits") }
      return .text(digits.uppercased())
    case .decimal:
      guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { throw wrong("decimal digits") }
      let digits = text.drop { $0 == "0" }
      return .text(digits.isEmpty ? "0" : String(digits))
    case .address:
      guard let address = Self.address(text) else { throw wrong("addresses of IPv4 or IPv6") }
      return .text(address)
    case .text: return .text(text)
    case .blob:
      guard let bytes = Self.bytes(text) else { throw wrong("bytes in hex") }
      return .blob(bytes)
    case .any: return Self.integer(text).flatMap { Int64(exactly: $0) }.map { .integer($0) } ?? .text(text)
    case .duration:
      guard let value = FilterDuration.microseconds(text) else { throw wrong(FilterDuration.expected) }
      return .integer(value)
    case .time, .endpoint: throw wrong(words)
    }
  }

  /// In decimal, or in hex behind `0x`.
  private static func integer(_ text: String) -> Int128? {
    let lower = text.lowercased()
    return lower.hasPrefix("0x") ? Int128(lower.dropFirst(2), radix: 16) : Int128(text)
  }

  /// An address as columns have it.
  static func address(_ text: String) -> String? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 { return ipText(bytes) }
    }
    return nil
  }

  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.hasPrefix("0x") ? text.dropFirst(2) : text[...])
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[place].hexDigitValue, let low = digits[place + 1].hexDigitValue else { return nil }
      bytes.append(UInt8(high * 16 + low))
    }
    return bytes
  }
}
