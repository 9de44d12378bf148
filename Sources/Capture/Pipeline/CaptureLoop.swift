import Foundation
import ParserRuntime

/// Reads a device until it is to end, and hands its packets on.
final class CaptureLoop {
  private static let retryTime: TimeInterval = 1
  /// Rows go to the writer that often, however few they are: with the kernel's delay and the writer's they are there
  /// well within a second.
  private static let flushTime = Duration.milliseconds(250)
  /// How long packets are still taken that had come before the end: the kernel hands them over in blocks, so at least
  /// until it must have handed over the last.
  private static let drainTime = Duration.milliseconds(250)...(.milliseconds(900))
  /// After a failure no other file is begun for so long, unless somebody wants it.
  private static let rotationRetryTime = Duration.seconds(60)

  private var device: CaptureDevice?
  private var options: LiveOptions
  private var filter: String
  private let pipeline: DecodingPipeline
  private let queue: RowQueue
  private let store: any CaptureStore
  /// What is open of the store, and the run that rows go to; others with each rotation.
  private(set) var session: any StoreSession
  private(set) var record: RunRecord
  private let report: (CaptureEvent) -> Void
  private let recorder: PacketRecorder?
  private(set) var progress = CaptureProgress()
  /// Dropped by devices that were closed.
  private var droppedBefore = 0
  private var isQueueFull = false
  private var wasUp = true
  private let start = ContinuousClock.now
  private var runStart = ContinuousClock.now
  private var rotationFailed: ContinuousClock.Instant?
  private var flushed = ContinuousClock.now
  private var shown = ContinuousClock.now

  init(
    device: CaptureDevice, options: LiveOptions, filter: String, pipeline: DecodingPipeline,
    queue: RowQueue, store: any CaptureStore, session: any StoreSession, record: RunRecord,
    report: @escaping (CaptureEvent) -> Void
  ) {
    self.device = device
    self.options = options
    self.filter = filter
    self.pipeline = pipeline
    self.queue = queue
    self.store = store
    self.session = session
    self.record = record
    self.report = report
    recorder = options.recording.map(PacketRecorder.init)
  }

  func run(_ control: () -> CaptureControl) throws(CaptureError) {
    report(.started(interface: options.interface))
    defer { finish() }
    while progress.endReason == nil {
      switch control() {
      case .goOn: break
      case .stop: progress.endReason = .stopped
      case .rotate: rotate()
      case .change(let options): change(to: options)
      }
      try tick()
      guard progress.endReason == nil else { break }
      guard let open = deviceInUse() else { continue }
      do throws(CaptureError) {
        if let packet = try open.next() { try take(packet, from: open) }
      } catch let error where error.kind == .device {
        lose(open, error)
      }
      if progress.packets >= options.limits.packets ?? .max { progress.endReason = .packets }
    }
    if progress.endReason != .packets { try drain() }
    try recorder?.finish()
  }

  // MARK: Packets

  private func take(_ packet: Packet, from device: CaptureDevice) throws(CaptureError) {
    progress.packets += 1
    progress.bytes += packet.bytes.count
    try recorder?.write(packet, from: device.handle)
    // The queue's lock is worth a look only now and then.
    if isQueueFull || progress.packets % 64 == 0 { isQueueFull = queue.isFull }
    if isQueueFull { progress.droppedByQueue += 1 } else { pipeline.receive(packet) }
  }

  /// Takes what had come before the end and nobody had fetched yet.
  private func drain() throws(CaptureError) {
    guard let device else { return }
    let end = Int64(Date().timeIntervalSince1970 * 1e9)
    let begun = ContinuousClock.now
    do throws(CaptureError) {
      while begun.duration(to: .now) < Self.drainTime.upperBound {
        if let packet = try device.next() {
          if packet.time > end { break }
          try take(packet, from: device)
        } else if begun.duration(to: .now) > Self.drainTime.lowerBound {
          break
        }
      }
    } catch let error where error.kind == .device {
      lose(device, error)
    }
  }

  // MARK: The device

  private func deviceInUse() -> CaptureDevice? {
    if let device { return device }
    // Tried again in silence; that it was lost has been told.
    do throws(CaptureError) {
      let open = try CaptureDevice(interface: options.interface, options.device)
      try open.handle.apply(filter)
      device = open
      report(.started(interface: options.interface))
    } catch {
      Thread.sleep(forTimeInterval: Self.retryTime)
    }
    return device
  }

  private func lose(_ device: CaptureDevice, _ error: CaptureError) {
    droppedBefore += device.statistics.dropped
    self.device = nil
    report(.failed(error))
  }

  private func change(to new: LiveOptions) {
    do throws(CaptureError) {
      let standard = device.map {
        LiveCapture.defaultFilter(record.info, $0.handle.linkType, options.decoding)
      }
      let filter = new.filter ?? standard ?? self.filter
      if filter != self.filter { try device?.handle.apply(filter) }
      self.filter = filter
      options.limits = new.limits
      options.rotation = new.rotation
      pipeline.change(to: new.decoding)
      report(.changed(nil))
    } catch {
      report(.changed(error))
    }
  }

  // MARK: Time

  private func tick() throws(CaptureError) {
    let now = ContinuousClock.now
    progress.seconds = start.duration(to: now).inSeconds
    if progress.seconds >= options.limits.seconds ?? .infinity { progress.endReason = .duration }
    if flushed.duration(to: now) >= Self.flushTime {
      flushed = now
      countDrops()
      flush()
    }
    guard shown.duration(to: now) >= .seconds(1) else { return }
    shown = now
    progress.decoding = pipeline.counts
    progress.queuedBatches = queue.count
    progress.store = session.health
    report(.progress(progress))
    if let error = queue.error { throw error }
    try recorder?.flush()
    if let limit = options.limits.databaseBytes, session.size >= limit { progress.endReason = .databaseSize }
    if progress.endReason == nil, isRotationDue(now) { rotate() }
    // libpcap waits in silence for an interface that is down to come back.
    let isUp = NetworkInterface.isUp(options.interface)
    if wasUp, !isUp { report(.failed(CaptureError("\(options.interface): the interface is down"))) }
    if isUp, !wasUp { report(.started(interface: options.interface)) }
    wasUp = isUp
  }

  private func finish() {
    countDrops()
    progress.decoding = pipeline.counts
    flush()
  }

  private func countDrops() { progress.droppedByKernel = droppedBefore + (device?.statistics.dropped ?? 0) }

  // MARK: Rotation

  private func isRotationDue(_ now: ContinuousClock.Instant) -> Bool {
    if let rotationFailed, rotationFailed.duration(to: now) < Self.rotationRetryTime { return false }
    let isOld = options.rotation.seconds.map { runStart.duration(to: now).inSeconds >= $0 } ?? false
    return isOld || options.rotation.bytes.map { session.size >= $0 } ?? false
  }

  /// Goes on in another file. Nothing that is being put together is lost: what completes a message decides where it goes.
  private func rotate() {
    countDrops()
    do throws(CaptureError) {
      var next = record.next(at: progress)
      let (session, run) = try store.rotate(beginning: next)
      next.id = run
      record.note(progress)
      record.end(.rotated)
      let rotation = RunRotation(
        former: self.session, record: record, next: session, store: store, files: options.rotation.files)
      (self.session, record) = (session, next)
      pipeline.rotate(to: run) {
        // What makes the writer give up is looked for with each second; it closes no files any more.
        do throws(CaptureError) { try queue.put(.rotation(rotation)) } catch { try? rotation.finish() }
      }
      (runStart, rotationFailed) = (.now, nil)
      report(.rotated(.success(store.name)))
    } catch {
      rotationFailed = .now
      report(.rotated(.failure(error)))
    }
  }

  private func flush() {
    record.note(progress)
    pipeline.flush(record)
  }
}
