/// A segment that outlives its packet: it owns its payload.
struct KeptSegment {
  /// The segment without its payload.
  let header: TCPSegment
  let payload: [UInt8]

  init(_ segment: TCPSegment) {
    payload = [UInt8](segment.payload)
    var header = segment
    header.payload = UnsafeRawBufferPointer(start: nil, count: 0)
    self.header = header
  }

  /// Calls `body` with the segment; its payload is valid during the call.
  func withSegment<Result>(_ body: (TCPSegment) -> Result) -> Result {
    payload.withUnsafeBytes { payload in
      var segment = header
      segment.payload = payload
      return body(segment)
    }
  }
}
