import Foundation
public import ParserRuntime

/// The row of `run` that tells where rows come from, whole.
public struct RunRecord: Sendable {
  /// The row's id; the store gives it when the run begins.
  public var id: Int64 = 0
  let kind: String
  let source: String
  let filter: String?
  let info: SpecificationInfo
  /// How the run decodes; the policies are kept, so that the same bytes can be found in the capture again.
  let options: DecodingOptions
  /// Size and hash of a file, by which a second import of it is known.
  var identity: String?
  /// The run whose connections go on in this one: that of the file before it in a rotation, of captures that are read or
  /// of databases that are written.
  var continued: Int64?
  var started = Date()
  var ended: Date?
  var endReason: EndReason?
  /// nil where nothing is known of them yet.
  var packets: Int?
  var bytes: Int?
  var droppedByKernel = 0
  var droppedByQueue = 0
  /// What the capture had counted when the run began.
  private var before = CaptureProgress()

  init(
    kind: String, source: String, filter: String?, info: SpecificationInfo, options: DecodingOptions,
    identity: String? = nil, continued: Int64? = nil
  ) {
    self.kind = kind
    self.source = source
    self.filter = filter
    self.info = info
    self.options = options
    self.identity = identity
    self.continued = continued
  }

  /// Whether it is a capture on a device, which goes on whether or not the store takes its rows.
  public var isLive: Bool { kind == "live" }

  /// Takes over the counters of a capture, as far as they belong to the run.
  mutating func note(_ progress: CaptureProgress) {
    packets = progress.packets - before.packets
    bytes = progress.bytes - before.bytes
    droppedByKernel = progress.droppedByKernel - before.droppedByKernel
    droppedByQueue = progress.droppedByQueue - before.droppedByQueue
  }

  /// The run that the same capture goes on with in another file.
  func next(at progress: CaptureProgress) -> RunRecord {
    var next = RunRecord(kind: kind, source: source, filter: filter, info: info, options: options, continued: id)
    next.id = id + 1
    next.before = progress
    return next
  }

  /// Notes that the run has ended now.
  mutating func end(_ reason: EndReason?) {
    ended = Date()
    endReason = reason
  }

  /// Writes all of the row.
  /// - Parameter table: the number by which the batch names `run`.
  public func write(to rows: RowBatch, table: Int) {
    typealias Column = EngineTables.Run
    var row = rows.begin(table: table, id: id)
    row.text(Column.kind, kind)
    row.text(Column.source, source)
    if let identity { row.text(Column.identity, identity) }
    if let continued { row.integer(Column.continued, continued) }
    if let filter { row.text(Column.filter, filter) }
    row.text(Column.overlaps, options.overlaps.rawValue)
    row.text(Column.checksums, options.checksums.rawValue)
    row.text(Column.specification, info.name)
    row.text(Column.fingerprint, info.fingerprint)
    row.text(Column.started, started.utcText)
    if let ended { row.text(Column.ended, ended.utcText) }
    if let endReason { row.text(Column.endReason, endReason.rawValue) }
    if let packets { row.integer(Column.packets, packets) }
    if let bytes { row.integer(Column.bytes, bytes) }
    row.integer(Column.droppedByKernel, droppedByKernel)
    row.integer(Column.droppedByQueue, droppedByQueue)
    row.end()
  }
}

extension Date {
  fileprivate var utcText: String { UTCTime.text(Int64(timeIntervalSince1970.rounded(.down))) }
}
