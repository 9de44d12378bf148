/// How a live capture is done.
public struct LiveOptions: Sendable {
  /// The device's name.
  public var interface: String
  /// A BPF filter; nil for the description's ports, or for its transports where `decoding.detects`.
  public var filter: String?
  /// How the device is opened.
  public var device = DeviceOptions()
  /// How the traffic is decoded, and what of it is stored.
  public var decoding = DecodingOptions()
  /// When the capture ends by itself.
  public var limits = CaptureLimits()
  /// When another file is begun.
  public var rotation = RotationOptions()
  /// What is kept of the rows; cannot be changed on the way.
  public var retention = Retention()
  /// Where packets are kept besides; nil for nowhere.
  public var recording: RecordingOptions?
  /// The user to become once the device is open; nil stays who it is.
  public var user: String?

  /// - Parameter interface: the name of a device, as in `NetworkInterface.name`.
  public init(interface: String) { self.interface = interface }
}

/// When a capture ends by itself.
public struct CaptureLimits: Sendable {
  /// Seconds after which the capture ends; nil for no limit.
  public var seconds: Double?
  /// Packets after which the capture ends; nil for no limit.
  public var packets: Int?
  /// Bytes of the database at which the capture ends; looked at each second. nil for no limit.
  public var databaseBytes: Int?

  /// No limits.
  public init() {}
}

/// When a capture goes on in another file of its store, and how many there are.
public struct RotationOptions: Sendable {
  /// Seconds after which another file is begun; nil for no limit.
  public var seconds: Double?
  /// Bytes of a file after which another one is begun; looked at each second. nil for no limit.
  public var bytes: Int?
  /// Files that are kept, with the one that is written to; nil keeps all.
  public var files: Int?

  /// Another file is begun only when somebody wants it, and all are kept.
  public init() {}
}

/// What is to become of a capture.
public enum CaptureControl: Sendable {
  /// Nothing new, or the end.
  case goOn, stop
  /// Go on in another file.
  case rotate
  /// Go on with another filter, other details, other limits and other rotation; the rest cannot change on the way.
  case change(LiveOptions)
}

/// Why a run ended, as `run.end_reason` has it.
public enum EndReason: String, Sendable {
  /// Somebody ended it, or a limit was reached.
  case stopped, duration, packets
  /// The capture goes on in another file.
  case rotated
  /// The database has reached its limit.
  case databaseSize = "database size"
  /// All of the file was read.
  case endOfFile = "end of file"
  /// The file ends inside of a packet; all before that was read.
  case cutOff = "cut off"
  /// The file was damaged; the rest of it was read.
  case damaged
  /// The device, the file or the database failed.
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
  /// The capture goes on in another file, by its name; or why it goes on in the same.
  case rotated(Result<String, CaptureError>)
}

/// What a live capture has done so far.
public struct CaptureProgress: Sendable {
  /// Packets that were decoded.
  public var packets = 0
  /// Captured bytes of packets.
  public var bytes = 0
  /// Packets that the kernel or the device dropped, because nobody fetched them in time.
  public var droppedByKernel = 0
  /// Packets passed over because the database could not keep up.
  public var droppedByQueue = 0
  /// Batches of rows that wait for the database.
  public var queuedBatches = 0
  /// How rows get on that the store has not taken yet; nil where it takes them at once.
  public var store: StoreHealth?
  /// Seconds since the capture began.
  public var seconds: Double = 0
  /// What became of the packets.
  public var decoding = DecodingCounts()
  /// Why the capture ended; nil while it goes on.
  public var endReason: EndReason?

  /// Of a capture that begins.
  public init() {}

  /// Packets that were lost on the way, wherever.
  public var dropped: Int { droppedByKernel + droppedByQueue }
}
