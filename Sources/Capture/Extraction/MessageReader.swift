public import ParserRuntime

/// A message or a unit of a response stream in a capture, field by field, or bytes that are none.
public struct TracedUnit: Sendable {
  /// Of a message its number, from 1 in the order of decoding: its id in a database that only this file was imported
  /// into. nil for what is no complete message.
  public var number: Int?
  /// The message's name; of a unit the response stream's type.
  public var name: String
  /// Whether it is a unit of a response stream.
  public var isResponse: Bool
  /// What carried it.
  public var transport: Transport
  /// Address and port of the side that opened the connection, or asked first.
  public var initiator: String
  /// Address and port of the side that was connected to.
  public var responder: String
  /// When the connection or flow began, in µs since 1970-01-01 UTC.
  public var opened: Int64
  /// When the unit was complete, in µs since 1970-01-01 UTC.
  public var time: Int64
  /// 0 from the initiator, 1 to it.
  public var direction: Int
  /// Place of the unit's first byte in the direction's stream, or behind the datagrams before.
  public var streamOffset: Int64
  /// The frame of the capture that the unit begins in, or that a failure lies in.
  public var frame: Int?
  /// The unit's bytes; of what could not be parsed those up to the failure, and some behind it.
  public var bytes: [UInt8]
  /// The fields; of what could not be parsed those before the failure.
  public var fields: FieldTree
  /// Violated constraints.
  public var issues: [Issue]
  /// Why it could not be parsed; nil where it could.
  public var failure: Failure?
  /// The message that it answers, by a key that both have.
  public var answers: Counterpart?
  /// The message that answers it; in a capture file, which is read from front to back, only where it was decoded first.
  public var answeredBy: Counterpart?

  /// The other one of a request and its answer.
  public struct Counterpart: Sendable {
    /// The message's number, as `number` has it.
    public var number: Int
    /// From the request to its answer, in µs.
    public var delay: Int64

    init(number: Int, delay: Int64) { (self.number, self.delay) = (number, delay) }

    init(_ counterpart: Capture.Counterpart) {
      self.init(number: Int(counterpart.message), delay: counterpart.delay)
    }
  }

  /// Why a unit could not be parsed, and where.
  public struct Failure: Sendable {
    /// The field's path from the unit's type, such as `body.reading.values`.
    public var path: String
    /// Place in the unit, in bytes.
    public var offset: Int
    /// What kind of failure it is, and what was found.
    public var reason: String
  }

  /// Address and port of the side that sent it.
  public var source: String { direction == 0 ? initiator : responder }
  /// Address and port of the side that it was sent to.
  public var destination: String { direction == 0 ? responder : initiator }
}

/// Reads all messages of a capture, field by field, in the order of decoding.
public struct MessageReader {
  private let specification: any Specification.Type
  private let files: [String]
  private let filter: String?
  private let options: DecodingOptions

  /// - Parameters:
  ///   - files: paths of capture files, or `-` for standard input; connections go on from one to the next.
  ///   - filter: a BPF filter for the packets, as a run has it: it makes sense for one of their link types at least.
  public init(
    _ files: [String], as specification: any Specification.Type, filter: String? = nil,
    options: DecodingOptions = DecodingOptions()
  ) {
    self.specification = specification
    self.files = files
    self.filter = filter
    self.options = options
  }

  /// What the captures held.
  public struct Summary: Sendable {
    /// What became of the packets.
    public var decoding = DecodingCounts()
    /// What was wrong with the files.
    public var warnings: [CaptureWarning] = []
  }

  /// Reads the files.
  /// - Parameter body: takes what is found; returning false ends the reading.
  /// - Returns: What the captures held, as far as they were read.
  /// - Throws: Where a file cannot be read, or the filter is none.
  @discardableResult
  public func run(_ body: (TracedUnit) -> Bool) throws(CaptureError) -> Summary {
    let reader = try UnitReader(files, as: specification, filter: filter, options: options)
    var isStopped = false
    while !isStopped, let unit = try reader.next() { isStopped = !body(unit) }
    var summary = reader.finish()
    if !isStopped, summary.decoding.messages.total == 0, let file = files.first, files.count == 1 {
      let glance = TrafficGlance(path: file, specification.info, filter: filter, detects: options.detects)
      summary.warnings.append(.noMessages(file: file, glance))
    }
    return summary
  }
}

extension TracedUnit {
  /// What the unit is, or was to be as far as it was parsed: its content's type, without the prefix of message types.
  public var contentName: String? { fields.contentName }
}

extension FieldTree {
  /// The number of a message's content: the last user type that is directly in it.
  var contentType: Int? {
    var last: Int?
    var next = 1
    while next < fields.first?.end ?? 0 {
      if fields[next].type != nil { last = next }
      next = fields[next].end
    }
    return last
  }

  /// Of a message the name: its content's type, without the prefix of message types.
  var contentName: String? {
    guard let type = contentType.flatMap({ fields[$0].type?.description }) else { return nil }
    return type.hasPrefix("msg_") ? String(type.dropFirst(4)) : type
  }
}
