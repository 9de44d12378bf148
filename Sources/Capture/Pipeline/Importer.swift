import Foundation
import GRDB
public import ParserRuntime

/// How an import went.
public struct ImportSummary: Sendable {
  public var packets = 0
  /// Captured bytes of packets.
  public var bytes = 0
  public var rows = 0
  public var decoding = DecodingCounts()
  public var seconds: Double = 0
  /// Whether the end of the file was not reached because the import was to end.
  public var isStopped = false
}

/// How far an import has come.
public struct ImportProgress: Sendable {
  public var file: String
  public var packets: Int
  /// Bytes of the file that have been read, and all of them; nil where that is not known.
  public var position: Int
  public var size: Int?
  public var seconds: Double
  public var decoding = DecodingCounts()
}

/// Imports capture files into a database: packets -> segments -> streams -> messages on the calling thread, rows ->
/// database on another, with a bounded queue between them.
public struct Importer<Protocol: Specification> {
  /// Batches that may wait for the writer; with those in work they bound the memory that rows take.
  private static var queueCapacity: Int { 16 }

  private let database: String
  private let filter: String?
  private let options: DecodingOptions
  private let isShared: Bool
  private let progress: (ImportProgress) -> Bool
  private let whileIdle = WhileIdle()

  /// What is done while a source has no packets.
  private final class WhileIdle {
    var body: (() -> Bool)?
  }

  /// - Parameters:
  ///   - database: the file's path; it is made if there is none.
  ///   - filter: a BPF filter for the packets.
  ///   - isShared: whether others may read the database meanwhile, also where it is made by this import.
  ///   - progress: called when a file is open and then several times a second; returning false ends the import, and
  ///     keeps what was read.
  public init(
    into database: String, as protocol: Protocol.Type, filter: String? = nil,
    options: DecodingOptions = DecodingOptions(), isShared: Bool = false,
    progress: @escaping (ImportProgress) -> Bool = { _ in true }
  ) {
    self.database = database
    self.filter = filter
    self.options = options
    self.isShared = isShared
    self.progress = progress
  }

  /// Imports files one after another; each is a run of its own.
  public func run(_ files: [String]) throws(CaptureError) -> [ImportSummary] {
    // All files are opened before anything is written: a wrong name must not leave half of an import.
    var sources: [PacketFile] = []
    for file in files {
      sources.append(try PacketFile(path: file, filter: filter) { whileIdle.body?() ?? true })
    }
    // A new file that nobody can be reading is written under another name, and faster.
    let isNew = !isShared && !FileManager.default.fileExists(atPath: database)
    let publication = isNew ? try DatabasePublication(of: database) : nil
    do {
      let store = try CaptureDatabase(
        path: publication?.temporaryPath ?? database, name: database, info: Protocol.info, isPrivate: isNew,
        lock: publication?.lock)
      var summaries: [ImportSummary] = []
      for (file, source) in zip(files, sources) where summaries.last?.isStopped != true {
        summaries.append(try importFile(file, source, store))
      }
      if isNew { try store.finishPrivate() }
      try store.close()
      try publication?.publish()
      return summaries
    } catch let error as CaptureError {
      publication?.discard()
      throw error
    } catch {
      publication?.discard()
      throw CaptureDatabase.failure(error, database)
    }
  }

  // MARK: One file

  private func importFile(_ file: String, _ source: PacketFile, _ store: CaptureDatabase) throws -> ImportSummary {
    let start = ContinuousClock.now
    let record = RunRecord(
      kind: "import", source: file, filter: filter, info: Protocol.info, options: options, identity: source.identity)
    let run = try store.withWriter { try record.begin($0) }
    let nextIDs = try store.nextIDs()
    let queue = RowQueue(capacity: Self.queueCapacity)
    let thread = WriterThread(store: store, queue: queue)
    thread.start()
    var summary: ImportSummary
    do {
      summary = try read(file, source, run, nextIDs, queue, start)
    } catch {
      queue.close()
      thread.join()
      throw queue.error ?? error
    }
    queue.close()
    thread.join()
    if let error = queue.error { throw error }
    summary.rows = thread.rowCount
    summary.seconds = start.duration(to: .now).inSeconds
    try store.withWriter {
      try record.end(
        $0, run: run, packets: summary.packets, bytes: summary.bytes, summary.isStopped ? .stopped : .endOfFile)
    }
    return summary
  }

  private func read(
    _ file: String, _ source: PacketFile, _ run: Int64, _ nextIDs: [Int64], _ queue: RowQueue,
    _ start: ContinuousClock.Instant
  ) throws(CaptureError) -> ImportSummary {
    var summary = ImportSummary()
    var failure: CaptureError?
    let pipeline = DecodingPipeline<Protocol>(run: run, nextIDs: nextIDs, options: options) { batch in
      do throws(CaptureError) { try queue.put(batch) } catch { failure = failure ?? error }
    }
    func goesOn(_ now: ContinuousClock.Instant) -> Bool {
      progress(
        ImportProgress(
          file: file, packets: summary.packets, position: source.size == nil ? summary.bytes : source.position,
          size: source.size, seconds: start.duration(to: now).inSeconds, decoding: pipeline.counts))
    }
    var shown = start
    func tick() -> Bool {
      shown = .now
      if isShared { pipeline.flush() }
      return goesOn(shown)
    }
    whileIdle.body = tick
    defer { whileIdle.body = nil }
    summary.isStopped = !goesOn(start)
    // A file is read so fast that the clock need not be looked at often; from elsewhere packets may come slowly.
    let stride = source.size == nil ? 1 : 1024
    while !summary.isStopped, let packet = try source.next() {
      summary.packets += 1
      summary.bytes += packet.bytes.count
      pipeline.receive(packet)
      guard summary.packets % stride == 0 else { continue }
      if let failure { throw failure }
      if shown.duration(to: .now) > .milliseconds(200) {
        summary.isStopped = !tick()
      }
    }
    pipeline.finish()
    if let failure { throw failure }
    summary.decoding = pipeline.counts
    return summary
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
