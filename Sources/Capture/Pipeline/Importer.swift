import Foundation
public import ParserRuntime

/// How the import of a file went.
public struct ImportSummary: Sendable {
  /// The file as it was named; `-` for standard input.
  public let file: String
  /// Packets that were decoded: those that the filter passes.
  public var packets = 0
  /// Captured bytes of packets.
  public var bytes = 0
  /// Rows that were written, those of all tables.
  public var rows = 0
  /// What became of the packets.
  public var decoding = DecodingCounts()
  /// Seconds that the file took, until its last row was committed.
  public var seconds: Double = 0
  /// Whether the end of the file was not reached because the import was to end.
  public var isStopped = false
  /// Whether nothing was read, because the file had been imported before.
  public var isOmitted = false
  /// Packets of link types that the filter makes no sense for; `warnings` tells which. They do not count in `packets`.
  public var leftOut = 0
  /// What was wrong with the file; nil where it is sound.
  public var damage: FileDamage?
  /// What whoever gave the file should know.
  public var warnings: [CaptureWarning] = []

  init(file: String) { self.file = file }

  /// As `run.end_reason` has it.
  var endReason: EndReason {
    if isStopped { return .stopped }
    return damage.map { $0.kind == .cutOff ? .cutOff : .damaged } ?? .endOfFile
  }
}

/// How far an import has come.
public struct ImportProgress: Sendable {
  /// The file that is being read, as it was named; `-` for standard input.
  public var file: String
  /// Packets that were decoded so far.
  public var packets: Int
  /// Bytes of the file that have been read: of a compressed file, compressed ones. Of what is no file the captured bytes.
  public var position: Int
  /// All bytes of the file; nil where that is not known.
  public var size: Int?
  /// Seconds since the file was begun; while files are being opened, since the import was.
  public var seconds: Double
  /// What became of the packets of this file.
  public var decoding = DecodingCounts()
  /// How rows get on that the store has not taken yet; nil where it takes them at once.
  public var store: StoreHealth?
  /// Whether files are being opened, this one now: nothing has been imported yet.
  public var isOpening = false
  /// Whether everything has been read, and the store is being waited for.
  public var isDraining = false
}

/// Imports capture files into a database: packets -> segments -> streams -> messages on the calling thread, rows ->
/// database on another, with a bounded queue between them.
public struct Importer {
  /// Batches that may wait for the writer; with those in work they bound the memory that rows take.
  private static let queueCapacity = 16

  private let specification: any Specification.Type
  private let info: SpecificationInfo
  private let store: any CaptureStore
  private let filter: String?
  private let options: DecodingOptions
  private let isShared: Bool
  private let progress: (ImportProgress) -> Bool
  private let course = Course()

  /// What changes while files are read.
  private final class Course {
    /// What is done several times a second while a file is read; whether that goes on.
    var tick: (() -> Bool)?
    /// What was told last.
    var progress: ImportProgress?
  }

  /// - Parameters:
  ///   - store: it is made if there is none.
  ///   - filter: a BPF filter for the packets.
  ///   - isShared: whether others may read the store meanwhile, also where it is made by this import.
  ///   - progress: called when a file is open, and then, as while files are being opened, several times a second;
  ///     returning false ends the import, and keeps what was read.
  public init(
    into store: any CaptureStore, as specification: any Specification.Type, filter: String? = nil,
    options: DecodingOptions = DecodingOptions(), isShared: Bool = false,
    progress: @escaping (ImportProgress) -> Bool = { _ in true }
  ) {
    self.specification = specification
    info = specification.info
    self.store = store
    self.filter = filter
    self.options = options
    self.isShared = isShared
    self.progress = progress
  }

  /// Imports capture files in the order of their times, each as a run of its own. Files of a rotation are one capture:
  /// connections go on from one to the next.
  /// - Parameters:
  ///   - names: files, folders (all captures in them), patterns, and `-` for standard input.
  ///   - again: whether files that were imported before are imported once more.
  /// - Returns: What became of each file, in the order in which they were read; empty where the import was ended before
  ///   all of them were open: then nothing is read or made.
  /// - Throws: Where a name leads to no capture, where the filter makes no sense, or where the store cannot be
  ///   written. What was committed before stays, but a new one is not left half made.
  public func run(_ names: [String], again: Bool = false) throws(CaptureError) -> [ImportSummary] {
    try options.check(specification)
    let packetFilter = try filter.map { text throws(CaptureError) in try PacketFilter(text) }
    let start = ContinuousClock.now
    let plan: ImportPlan
    do throws(CaptureError) {
      plan = try ImportPlan(names, filter: packetFilter) { path in
        if let tick = course.tick { return tick() }
        let seconds = start.duration(to: .now).inSeconds
        return progress(ImportProgress(file: path, packets: 0, position: 0, seconds: seconds, isOpening: true))
      }
    } catch let error where error.kind == .stop {
      return []
    }
    let session = try store.open(for: isShared ? .sharing : .making)
    do throws(CaptureError) {
      var summaries = try read(plan, packetFilter, again, session)
      try session.drain { health in
        guard var progress = course.progress else { return true }
        (progress.store, progress.isDraining) = (health, true)
        return self.progress(progress)
      }
      try session.close()
      if let health = session.health, health.waitingRows > 0, !summaries.isEmpty {
        summaries[summaries.count - 1].warnings.append(.waiting(store: store.name, health))
      }
      return summaries
    } catch {
      session.abandon()
      throw error
    }
  }

  // MARK: Files

  private func read(
    _ plan: ImportPlan, _ packetFilter: PacketFilter?, _ again: Bool, _ session: any StoreSession
  ) throws(CaptureError) -> [ImportSummary] {
    var former = FormerImports(try session.formerRuns())
    let writing = ImportWriting(store: session, capacity: Self.queueCapacity)
    let pipeline = DecodingPipeline(
      specification, run: 0, nextIDs: try session.nextIDs(), options: options, spare: writing.takeSpare,
      handOn: writing.put)
    var tracks = CaptureTracks()
    var summaries: [ImportSummary] = []
    for (index, source) in plan.sources.enumerated() where summaries.last?.isStopped != true {
      var summary = ImportSummary(file: source.path)
      defer { summaries.append(summary) }
      if !again, let run = former.complete(source.identity) {
        summary.warnings.append(.imported(file: source.path, run: run))
        summary.isOmitted = true
        continue
      }
      if let run = former.partial(source.identity) {
        summary.warnings.append(.importedInPart(file: source.path, run: run))
      }
      let place = tracks.place(of: source.firstTime)
      if let other = place.overlapping { summary.warnings.append(.overlap(file: source.path, with: other)) }
      var record = RunRecord(
        kind: "import", source: source.path, filter: filter, info: info, options: options,
        identity: source.identity, continued: place.continued)
      record.id = try session.begin(record)
      let run = record.id
      former.note(source.identity, run)
      pipeline.begin(run: run, track: place.track)
      writing.begin()
      let isLast = index == plan.sources.count - 1
      var reading = FileReading()
      do throws(CaptureError) {
        let file =
          if let opened = source.opened { opened } else {
            try PacketFile(path: source.path, filter: packetFilter) { [course] in course.tick?() ?? true }
          }
        try read(file, pipeline, writing, &summary, &reading)
        if isLast || summary.isStopped { pipeline.finish() } else { pipeline.flush() }
        summary.decoding = pipeline.counts - reading.before
        if summary.decoding.messages.total == 0, !summary.isStopped, plan.sources.count == 1 {
          let glance = TrafficGlance(path: source.path, info, filter: filter, detects: options.detects)
          summary.warnings.append(.noMessages(file: file.name, glance))
        }
      } catch {
        writing.end()
        throw writing.failure ?? error
      }
      writing.end()
      if let error = writing.failure { throw error }
      if writing.isStopped { summary.isStopped = true }
      summary.rows = writing.rowCount
      summary.seconds = reading.start.duration(to: .now).inSeconds
      tracks.note(place.track, file: source.path, run: run, times: reading.times)
      (record.packets, record.bytes) = (summary.packets, summary.bytes)
      record.end(summary.endReason)
      try session.end(record)
    }
    return summaries
  }

  /// What is noted while a file is read.
  private struct FileReading {
    let start = ContinuousClock.now
    var before = DecodingCounts()
    var order = TimeOrder()
    var times: ClosedRange<Int64>? { order.times }
  }

  private func read(
    _ file: PacketFile, _ pipeline: DecodingPipeline, _ writing: ImportWriting,
    _ summary: inout ImportSummary, _ reading: inout FileReading
  ) throws(CaptureError) {
    let (path, start, before) = (summary.file, reading.start, pipeline.counts)
    reading.before = before
    // Counted here and not in the summary, which a closure must not share.
    var (packets, bytes) = (0, 0)
    func goesOn(_ now: ContinuousClock.Instant) -> Bool {
      let progress = ImportProgress(
        file: path, packets: packets, position: file.size == nil ? bytes : file.position, size: file.size,
        seconds: start.duration(to: now).inSeconds, decoding: pipeline.counts - before, store: writing.health)
      course.progress = progress
      return self.progress(progress)
    }
    // While the store takes no rows nothing is read, but somebody may want to end that.
    writing.whileWaiting = { if !writing.isStopped, !goesOn(.now) { writing.stopWaiting() } }
    var shown = start
    func tick() -> Bool {
      shown = .now
      if isShared { pipeline.flush() }
      return goesOn(shown)
    }
    course.tick = tick
    defer { course.tick = nil }
    summary.isStopped = !goesOn(start)
    // A file is read so fast that the clock need not be looked at often; from elsewhere packets may come slowly.
    let stride = file.size == nil ? 1 : 1024
    while !summary.isStopped, let packet = try file.next() {
      packets += 1
      bytes += packet.bytes.count
      reading.order.note(packet.time)
      pipeline.receive(packet)
      guard packets % stride == 0 else { continue }
      if let error = writing.failure { throw error }
      if writing.isStopped {
        summary.isStopped = true
      } else if shown.duration(to: .now) > .milliseconds(200) {
        summary.isStopped = !tick()
      }
    }
    if let error = writing.failure { throw error }
    (summary.packets, summary.bytes) = (packets, bytes)
    summary.leftOut = file.unfiltered.values.reduce(0) { $0 + $1.packets }
    summary.isStopped = summary.isStopped || file.wasEnded
    summary.damage = file.damage
    summary.warnings += file.warnings
    if let warning = reading.order.warning(path) { summary.warnings.append(warning) }
  }
}

extension Duration {
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
