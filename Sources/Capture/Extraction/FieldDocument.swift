public import ParserRuntime

/// A unit as JSON, for other programs.
public struct UnitDocument: Encodable, Sendable {
  var message: Int?
  var name: String
  var isResponse: Bool
  var source: String
  var destination: String
  var time: String
  var frame: Int?
  var streamOffset: Int64
  var length: Int
  var fields: [FieldDocument]
  var issues: [IssueDocument]
  var failure: IssueDocument?

  enum CodingKeys: String, CodingKey {
    case message, name, source, destination, time, frame, length, fields, issues, failure
    case isResponse = "response"
    case streamOffset = "stream_offset"
  }

  struct IssueDocument: Encodable {
    var path: String
    var offset: Int
    var reason: String
  }

  /// - Parameters:
  ///   - unit: what was found in a capture or a database.
  ///   - outline: of the description that it was parsed with.
  public init(_ unit: TracedUnit, _ outline: DescriptionOutline) {
    message = unit.number
    name = unit.name
    isResponse = unit.isResponse
    source = unit.source
    destination = unit.destination
    time = timeText(unit.time)
    frame = unit.frame
    streamOffset = unit.streamOffset
    length = unit.bytes.count
    fields = unit.nodes.map { FieldDocument($0, in: nil, unit.bytes, outline) }
    issues = unit.issues.map { IssueDocument(path: $0.path, offset: $0.offset, reason: $0.detail) }
    failure = unit.failure.map { IssueDocument(path: $0.path, offset: $0.offset, reason: $0.reason) }
  }
}

/// A field as JSON. Values of 64 bits that JSON readers may not hold are texts.
struct FieldDocument: Encodable {
  var name: String
  var type: String?
  var index: Int?
  var offset: Int
  var length: Int
  /// Its bytes in hex.
  var raw: String?
  var value: Value?
  var text: String?
  var doc: String?
  var isInstance: Bool?
  var fields: [FieldDocument]?

  enum CodingKeys: String, CodingKey {
    case name, type, index, offset, length, raw, value, text, doc, fields
    case isInstance = "computed"
  }

  enum Value: Encodable {
    case integer(Int64), real(Double), boolean(Bool), text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .integer(let value): try container.encode(value)
      case .real(let value): try container.encode(value)
      case .boolean(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }
  }

  init(_ node: FieldNode, in parent: String?, _ bytes: [UInt8], _ outline: DescriptionOutline) {
    name = node.name
    type = node.type ?? parent.flatMap { outline.type($0)?.member(node.name)?.type }
    index = node.index
    offset = node.offset
    length = node.length
    if node.type == nil, !node.isInstance {
      raw = bytes[node.offset..<node.offset + node.length].withUnsafeBytes(hexText)
    }
    value = node.value.map(Self.value)
    text = node.meaning
    doc = outline.doc(of: node, in: parent)
    isInstance = node.isInstance ? true : nil
    fields = node.type == nil ? nil : node.children.map { FieldDocument($0, in: node.type, bytes, outline) }
  }

  private static func value(_ value: TraceValue) -> Value {
    switch value {
    case .integer(let value): value.magnitude <= 1 << 53 ? .integer(Int64(value)) : .text(String(value))
    case .float(let value): value.isFinite ? .real(value) : .text("\(value)")
    case .boolean(let value): .boolean(value)
    case .text(let value): .text(value)
    case .bytes(let bytes): .text(bytes.withUnsafeBytes(hexText))
    case .enumeration(let raw, _): .integer(raw)
    }
  }
}
