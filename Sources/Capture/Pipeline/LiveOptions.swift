/// How a live capture is done.
public struct LiveOptions: Sendable {
  /// The device's name.
  public var interface: String
  /// A BPF filter; nil for the description's ports.
  public var filter: String?
  public var device = DeviceOptions()
  public var decoding = DecodingOptions()
  public var limits = CaptureLimits()
  /// Where packets are kept besides; nil for nowhere.
  public var recording: RecordingOptions?
  /// Whom to become once the device is open.
  public var user: String?

  public init(interface: String) { self.interface = interface }
}

/// When a capture ends by itself.
public struct CaptureLimits: Sendable {
  public var seconds: Double?
  public var packets: Int?
  /// Of the database, in bytes; looked at each second.
  public var databaseBytes: Int?

  public init() {}
}

/// What is to become of a capture.
public enum CaptureControl: Sendable {
  case goOn, stop
  /// Go on with another filter, other details and other limits; the rest cannot change on the way.
  case change(LiveOptions)
}

/// Why a run ended, as `run.end_reason` has it.
public enum EndReason: String, Sendable {
  case stopped, duration, packets
  case databaseSize = "database size"
  case endOfFile = "end of file"
  /// The file ends inside of a packet, or was damaged; the rest of it was read.
  case cutOff = "cut off"
  case damaged
  case failed
}

/// What happens during a capture.
public enum CaptureEvent: Sendable {
  /// The device is open, or up again.
  case started(interface: String)
  /// A second has passed.
  case progress(CaptureProgress)
  /// The device cannot be read; it is tried again.
  case failed(CaptureError)
  /// Options were changed, or why they were not.
  case changed(CaptureError?)
}

/// What a live capture has done so far.
public struct CaptureProgress: Sendable {
  public var packets = 0
  /// Captured bytes of packets.
  public var bytes = 0
  /// Packets that the kernel or the device dropped, because nobody fetched them in time.
  public var droppedByKernel = 0
  /// Packets passed over because the database could not keep up.
  public var droppedByQueue = 0
  /// Batches of rows that wait for the database.
  public var queuedBatches = 0
  public var seconds: Double = 0
  public var decoding = DecodingCounts()
  /// Why the capture ended; nil while it goes on.
  public var endReason: EndReason?

  public init() {}

  public var dropped: Int { droppedByKernel + droppedByQueue }
}
