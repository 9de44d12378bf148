import Foundation
public import ParserRuntime

/// What a live capture has done so far.
public struct CaptureProgress: Sendable {
  public var packets = 0
  /// Captured bytes of packets.
  public var bytes = 0
  /// Packets that the kernel or the device dropped, because nobody fetched them in time.
  public var droppedByKernel = 0
  /// Packets passed over because the database could not keep up.
  public var droppedByQueue = 0
  public var seconds: Double = 0
  public var decoding = DecodingCounts()

  public init() {}
}

/// Captures on a device into a database, which can be queried meanwhile: rows are committed at least every second.
public struct LiveCapture<Protocol: Specification> {
  /// Batches that may wait for the writer.
  private static var queueCapacity: Int { 64 }
  private static var retryTime: TimeInterval { 1 }
  /// Rows go to the writer that often, however few they are: with its own delay they are there within a second.
  private static var flushTime: Duration { .milliseconds(500) }

  /// When a capture ends by itself.
  public struct Limits: Sendable {
    public var seconds: Double?
    public var packets: Int?

    public init(seconds: Double? = nil, packets: Int? = nil) {
      self.seconds = seconds
      self.packets = packets
    }
  }

  private let database: String
  private let interface: String
  private let filter: String
  private let options: DeviceOptions
  private let decoding: DecodingOptions
  private let limits: Limits
  private let report: (CaptureEvent) -> Void

  /// What happens during a capture.
  public enum CaptureEvent: Sendable {
    /// The device is open, or up again.
    case started
    /// A second has passed.
    case progress(CaptureProgress)
    /// The device cannot be read; it is tried again.
    case failed(CaptureError)
  }

  /// The filter for a description's ports.
  public static var defaultFilter: String {
    let ports = Protocol.info.ports
    return ports.isEmpty ? "tcp" : ports.map { "tcp port \($0)" }.joined(separator: " or ")
  }

  /// - Parameters:
  ///   - database: the file's path; it is made if there is none.
  ///   - filter: a BPF filter; nil for the description's ports.
  public init(
    into database: String, as protocol: Protocol.Type, interface: String, filter: String? = nil,
    options: DeviceOptions = DeviceOptions(), decoding: DecodingOptions = DecodingOptions(), limits: Limits = Limits(),
    report: @escaping (CaptureEvent) -> Void
  ) {
    self.database = database
    self.interface = interface
    self.filter = filter ?? Self.defaultFilter
    self.options = options
    self.decoding = decoding
    self.limits = limits
    self.report = report
  }

  /// Captures until a limit is reached or `shouldGoOn` says no; all that was captured is then committed.
  public func run(while shouldGoOn: () -> Bool) throws(CaptureError) -> CaptureProgress {
    // The device first: a wrong name must not leave a database behind.
    let device = try CaptureDevice(interface: interface, filter: filter, options)
    do {
      let store = try CaptureDatabase(path: database, name: database, info: Protocol.info)
      let record = RunRecord(kind: "live", source: interface, filter: filter, info: Protocol.info)
      let run = try store.withWriter { try record.begin($0) }
      let nextIDs = try store.nextIDs()
      let queue = RowQueue(capacity: Self.queueCapacity)
      let thread = WriterThread(store: store, queue: queue)
      thread.start()
      report(.started)
      var failure: CaptureError?
      let pipeline = DecodingPipeline<Protocol>(run: run, nextIDs: nextIDs, options: decoding) { batch in
        do throws(CaptureError) { try queue.put(batch) } catch { failure = failure ?? error }
      }
      let progress = capture(device, pipeline, queue) { failure == nil && shouldGoOn() }
      pipeline.finish()
      queue.close()
      thread.join()
      if let error = queue.error ?? failure { throw error }
      try store.withWriter { try record.end($0, run: run, packets: progress.packets, bytes: progress.bytes) }
      try store.close()
      return progress
    } catch let error as CaptureError {
      throw error
    } catch {
      throw CaptureDatabase.failure(error, database)
    }
  }

  private func capture(
    _ first: CaptureDevice, _ pipeline: DecodingPipeline<Protocol>, _ queue: RowQueue, while shouldGoOn: () -> Bool
  ) -> CaptureProgress {
    var device: CaptureDevice? = first
    var progress = CaptureProgress()
    /// Of devices that were closed.
    var droppedBefore = 0
    let start = ContinuousClock.now
    var shown = start
    var flushed = start
    var isFull = false
    var wasUp = true
    while shouldGoOn(), progress.packets < limits.packets ?? .max {
      let now = ContinuousClock.now
      progress.seconds = start.duration(to: now).inSeconds
      if progress.seconds >= limits.seconds ?? .infinity { break }
      if flushed.duration(to: now) >= Self.flushTime {
        flushed = now
        progress.droppedByKernel = droppedBefore + (device?.statistics.dropped ?? 0)
        pipeline.flush(progress)
      }
      if shown.duration(to: now) >= .seconds(1) {
        shown = now
        progress.decoding = pipeline.counts
        report(.progress(progress))
        // libpcap waits in silence for an interface that is down to come back.
        let isUp = NetworkInterface.isUp(interface)
        if wasUp, !isUp { report(.failed(CaptureError("\(interface): the interface is down"))) }
        if isUp, !wasUp { report(.started) }
        wasUp = isUp
      }
      do throws(CaptureError) {
        let open = try reopen(device)
        device = open
        guard let packet = try open.next() else { continue }
        progress.packets += 1
        progress.bytes += packet.bytes.count
        // The queue's lock is worth a look only now and then.
        if isFull || progress.packets % 64 == 0 { isFull = queue.isFull }
        if isFull { progress.droppedByQueue += 1 } else { pipeline.receive(packet, open.link) }
      } catch {
        droppedBefore += device?.statistics.dropped ?? 0
        if device != nil { report(.failed(error)) }
        device = nil
        Thread.sleep(forTimeInterval: Self.retryTime)
      }
    }
    progress.droppedByKernel = droppedBefore + (device?.statistics.dropped ?? 0)
    progress.decoding = pipeline.counts
    pipeline.flush(progress)
    return progress
  }

  /// The device, opened again if it was lost.
  private func reopen(_ device: CaptureDevice?) throws(CaptureError) -> CaptureDevice {
    if let device { return device }
    return try CaptureDevice(interface: interface, filter: filter, options)
  }
}
