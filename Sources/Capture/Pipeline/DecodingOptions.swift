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
  var limits = FlowLimits()

  /// Everything is stored but the bytes of messages; the first of contradicting bytes count.
  public init() {}

  /// The bits of `RowBatch.omittedDetails`.
  func omittedDetails(of info: SpecificationInfo) -> UInt64 {
    info.details.enumerated().reduce(0) { omittedDetails.contains($1.element) ? $0 | 1 << UInt64($1.offset) : $0 }
  }
}
