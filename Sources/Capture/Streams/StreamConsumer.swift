/// One of each direction of a connection: 0 is from the initiator, 1 to it.
typealias Directions<Element: ~Copyable> = InlineArray<2, Element>

/// The next bytes of a direction of a connection, in their order.
struct StreamBytes {
  /// Valid as long as the packet is.
  var bytes: UnsafeRawBufferPointer
  var direction: Int
  /// Packet time in µs.
  var time: Int64
  /// The sender had the peer's stream up to this offset; nil where that is unknown.
  var acknowledged: Int64?
  /// Number of the captured frame that they are from.
  var frame: Int
}

/// What takes the ordered bytes of a connection. Directions are 0 from the initiator and 1 to it; times are packet
/// times in µs.
protocol StreamConsumer: FlowConsumer {
  /// The next bytes of a direction; their buffer is valid during the call only.
  func receive(_ stream: StreamBytes)

  /// `length` bytes of a direction are not in the capture.
  func lose(_ length: Int, direction: Int, time: Int64)

  /// Bytes came again, and others than before.
  /// - Parameter isKept: whether the first ones count.
  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool)

  /// `length` bytes of a segment have no place in the stream.
  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64)

  /// No bytes follow in a direction.
  func end(direction: Int, time: Int64)
}

/// Why bytes have no place in a stream.
enum StrayReason {
  /// Their sequence number is out of any window, and others did not go on there.
  case outOfWindow
  /// The stream was met in its middle, and begins behind them.
  case beforeStart
  /// The sender had ended its stream, or the connection was over.
  case behindEnd
  /// They are of the connection that had the same endpoints before, and which has not had them.
  case formerConnection
}

/// Why a connection is over, as far as the capture knows.
enum CloseReason: String {
  case fin, rst, reuse
  /// Nothing was heard of it for long.
  case idle
  /// There were too many others, or they took too much memory.
  case evicted
  case endOfCapture = "end of capture"
}
