import ParserRuntime

/// How traffic is decoded, and what of it is stored.
public struct DecodingOptions: Sendable {
  /// Groups of rows that are not stored, by the names that the description gives them (`-sql: {detail: NAME}`).
  public var omittedDetails: Set<String> = []
  /// Whether `flow_event` is filled.
  public var storesEvents = true
  /// Whether `message_bytes` is filled.
  public var storesBytes = false
  /// Which bytes count where segments contradict each other.
  public var overlaps = OverlapPolicy.firstWins
  /// What is done about wrong checksums of TCP and UDP.
  public var checksums = ChecksumPolicy.ignore
  /// Whether flows on ports that are none of the description's are looked at, and decoded where they are of the protocol.
  /// Without that they are decoded whatever they are.
  public var detects = false
  var limits = FlowLimits()

  /// Everything is stored but the bytes of messages; the first of contradicting bytes count.
  public init() {}

  /// The bits of `RowBatch.omittedDetails`.
  func omittedDetails(of info: SpecificationInfo) -> UInt64 {
    info.details.enumerated().reduce(0) { omittedDetails.contains($1.element) ? $0 | 1 << UInt64($1.offset) : $0 }
  }
}

extension DecodingOptions {
  /// - Throws: Where flows are to be told by their bytes, and the description says too little of how messages begin.
  func check(_ specification: any Specification.Type) throws(CaptureError) {
    guard detects, !(0...1).contains(where: specification.states.haveConstrainedHeads) else { return }
    throw CaptureError(
      "connections of '\(specification.info.name)' cannot be told by their bytes: by the description its messages may begin "
        + "with any. Constrain a field of a fixed size at the begin of the root type, or of all types that a side speaks "
        + "('contents', 'valid', or an enum of at most 100 values), or do without '--detect'")
  }
}
