import Foundation
public import ParserRuntime

/// Captures on a device into a database, which can be queried meanwhile: rows are committed at least every second.
public struct LiveCapture {
  /// Batches that may wait for the writer: 64 MB, what 50,000 messages a second make in the two seconds that a disk may
  /// take to write what it holds.
  private static let queueCapacity = 256

  private let specification: any Specification.Type
  private let store: any CaptureStore
  private let options: LiveOptions
  private let report: (CaptureEvent) -> Void

  /// The filter on a device for a description's ports, or for its transports where flows are told by what they carry:
  /// fragments and VLAN tags pass.
  static func defaultFilter(
    _ info: SpecificationInfo, _ linkType: LinkType, _ options: DecodingOptions
  ) -> String {
    PortFilter(info, takesAllPorts: options.detects).live(on: linkType)
  }

  /// - Parameter store: it is made if there is none.
  public init(
    into store: any CaptureStore, as specification: any Specification.Type, options: LiveOptions,
    report: @escaping (CaptureEvent) -> Void
  ) {
    self.specification = specification
    self.store = store
    self.options = options
    self.report = report
  }

  /// Captures until a limit is reached or `control` says so; all that was captured is then committed.
  /// - Parameter control: asked several times a second, and after each packet.
  public func run(_ control: () -> CaptureControl) throws(CaptureError) -> CaptureProgress {
    // The device first: a wrong name must not leave a database behind.
    let info = specification.info
    try options.decoding.check(specification)
    let device = try CaptureDevice(interface: options.interface, options.device)
    let filter = options.filter ?? Self.defaultFilter(info, device.handle.linkType, options.decoding)
    try device.handle.apply(filter)
    if let user = options.user { try Privileges.drop(to: user) }
    let session = try store.open(for: .sharing)
    var record = RunRecord(
      kind: "live", source: options.interface, filter: filter, info: info, options: options.decoding)
    record.id = try session.begin(record)
    let queue = RowQueue(capacity: Self.queueCapacity)
    let thread = WriterThread(store: session, queue: queue, retention: options.retention)
    let pipeline = DecodingPipeline(
      specification, run: record.id, nextIDs: try session.nextIDs(), options: options.decoding,
      spare: queue.takeSpare
    ) { batch in
      // What makes the writer give up is looked for in the loop.
      do throws(CaptureError) { try queue.put(batch) } catch {}
    }
    thread.start()
    let loop = CaptureLoop(
      device: device, options: options, filter: filter, pipeline: pipeline, queue: queue, store: store,
      session: session, record: record, report: report)
    var failure: CaptureError?
    do throws(CaptureError) { try loop.run(control) } catch { failure = error }
    pipeline.finish()
    queue.close()
    thread.join()
    var progress = loop.progress
    // Its end released what had waited.
    progress.decoding = pipeline.counts
    failure = queue.error ?? failure
    let last = loop.session
    record = loop.record
    if failure != nil { progress.endReason = .failed }
    record.note(progress)
    record.end(progress.endReason)
    do throws(CaptureError) {
      try last.end(record)
      // Somebody wants it to end, so there is no waiting for a store that is away.
      try last.drain { _ in false }
      try last.close()
      progress.store = last.health
    } catch {
      throw failure ?? error
    }
    if let failure { throw failure }
    return progress
  }
}
