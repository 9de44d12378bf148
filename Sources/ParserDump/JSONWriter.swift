/// Writes JSON as UTF-8, in one line or indented. Keys keep the order in which they are written.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private let isIndented: Bool
  /// Of each open list or object, whether it has elements yet.
  private var open: [Bool] = []
  private var isAfterKey = false

  init(isIndented: Bool = false) { self.isIndented = isIndented }

  mutating func beginObject() { begin("{") }
  mutating func endObject() { end("}") }
  mutating func beginList() { begin("[") }
  mutating func endList() { end("]") }

  /// The key of a member; its value is to be written next.
  mutating func key(_ name: StaticString) {
    separate()
    name.withUTF8Buffer { quote($0) }
    raw(isIndented ? ": " : ":")
    isAfterKey = true
  }

  mutating func null() { value("null") }
  mutating func boolean(_ value: Bool) { self.value(value ? "true" : "false") }

  /// In full precision: readers that know only floats have to look out themselves.
  mutating func integer(_ value: some BinaryInteger) { self.value(String(value)) }

  /// The shortest text that reads as the same number. What is no number, or without end, is a text.
  mutating func float(_ value: Double) {
    if value.isFinite {
      self.value(value.description)
    } else {
      text(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
  }

  mutating func text(_ value: String) {
    separate()
    var value = value
    value.withUTF8 { quote($0) }
  }

  // MARK: Parts

  private static let digits = Array("0123456789ABCDEF".utf8)

  private mutating func value(_ text: String) {
    separate()
    raw(text)
  }

  private mutating func begin(_ bracket: String) {
    separate()
    raw(bracket)
    open.append(false)
  }

  private mutating func end(_ bracket: String) {
    if open.removeLast() { breakLine() }
    raw(bracket)
  }

  /// Writes what stands between two elements, and nothing between a key and its value.
  private mutating func separate() {
    guard !isAfterKey else { return isAfterKey = false }
    guard let hasElements = open.last else { return }
    if hasElements { raw(",") }
    open[open.count - 1] = true
    breakLine()
  }

  private mutating func breakLine() {
    guard isIndented else { return }
    raw("\n")
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: open.count))
  }

  private mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func quote(_ utf8: UnsafeBufferPointer<UInt8>) {
    raw("\"")
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x0A: raw("\\n")
      case 0x0D: raw("\\r")
      case 0x09: raw("\\t")
      case 0..<0x20, 0x7F:
        raw("\\u00")
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    raw("\"")
  }
}
