import ParserRuntime

/// Where the decoding of one direction of a connection stands.
struct DirectionState {
  /// A response stream that this direction is to carry.
  struct PendingStream {
    var stream: any ResponseStream
    /// The request's name, for the event that ends the stream.
    var request: String
    /// The end of the request in the opposite direction; nil where the stream follows its message directly.
    var requestEnd: Int64?
    var validEntries = 0
    var invalidEntries = 0
  }

  /// What the bytes at the current place are being read as.
  enum Unit { case message, response }

  /// A search for the next message, after bytes that are none.
  struct Search {
    /// Place of the first byte that is none, and why.
    var start: Int64
    var kind: String
    var path: String
    var detail: String
  }

  /// Bytes that no complete unit has come of yet.
  var buffer: [UInt8] = []
  /// Place of the buffer's first byte in the stream.
  var offset: Int64 = 0
  /// The next attempt makes sense with so many bytes.
  var needed = 0
  /// Decided with the first byte of a unit, and kept until it is complete.
  var unit: Unit?
  var streams: [PendingStream] = []
  var search: Search?
  /// Stream bytes delivered, lost ones not counted.
  var bytes: Int64 = 0
}
