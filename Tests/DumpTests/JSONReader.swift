/// Reads JSON. JSONDecoder would round integers of more than 64 bits, and takes seconds for the dump of a program.
struct JSONReader {
  struct Failure: Error, CustomStringConvertible {
    var offset: Int
    var description: String { "no JSON at byte \(offset)" }
  }

  private let bytes: [UInt8]
  private var position = 0

  static func read(_ text: String) throws(Failure) -> JSON {
    var reader = JSONReader(bytes: Array(text.utf8))
    let value = try reader.value()
    reader.skipSpaces()
    guard reader.position == reader.bytes.count else { throw reader.failure }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var failure: Failure { Failure(offset: position) }
  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpaces() {
    while let byte = current, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    skipSpaces()
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func value() throws(Failure) -> JSON {
    if take("null") { return .null }
    if take("true") { return .boolean(true) }
    if take("false") { return .boolean(false) }
    if take("{") { return .object(try members()) }
    if take("[") { return .list(try elements()) }
    if take("\"") { return .text(try text()) }
    return try number()
  }

  private mutating func elements() throws(Failure) -> [JSON] {
    var elements: [JSON] = []
    if take("]") { return elements }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw failure }
    return elements
  }

  private mutating func members() throws(Failure) -> [String: JSON] {
    var members: [String: JSON] = [:]
    if take("}") { return members }
    repeat {
      guard take("\"") else { throw failure }
      let key = try text()
      guard take(":"), members[key] == nil else { throw failure }
      members[key] = try value()
    } while take(",")
    guard take("}") else { throw failure }
    return members
  }

  private mutating func number() throws(Failure) -> JSON {
    let start = position
    while let byte = current, "+-.eE".utf8.contains(byte) || (0x30...0x39).contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    if let integer = Int128(digits) { return .integer(integer) }
    guard let float = Double(digits) else { throw failure }
    return .float(float)
  }

  /// What is left of a text behind its quote.
  private mutating func text() throws(Failure) -> String {
    var units: [UInt16] = []
    var start = position
    func plain(_ range: Range<Int>) -> String.UTF16View { String(decoding: bytes[range], as: UTF8.self).utf16 }
    while let byte = current, byte != UInt8(ascii: "\"") {
      position += 1
      guard byte == UInt8(ascii: "\\") else { continue }
      units += plain(start..<position - 1)
      units.append(try escape())
      start = position
    }
    units += plain(start..<position)
    guard current != nil else { throw failure }
    position += 1
    return String(decoding: units, as: UTF16.self)
  }

  private mutating func escape() throws(Failure) -> UInt16 {
    guard let byte = current else { throw failure }
    position += 1
    switch byte {
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "u"):
      let digits = bytes[position...].prefix(4)
      guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
        throw failure
      }
      position += 4
      return unit
    default: return UInt16(byte)
    }
  }
}
