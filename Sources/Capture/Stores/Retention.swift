/// How much of a capture that never ends is kept: a window that moves with it.
public struct Retention: Sendable, Equatable {
  /// Seconds for which rows are kept, by the time of their packets; nil for no limit.
  public var seconds: Double?
  /// Bytes that the store may take up, its logs included; nil for no limit.
  public var bytes: Int?

  /// - Parameters:
  ///   - seconds: for which rows are kept; nil for no limit.
  ///   - bytes: that the store may take up; nil for no limit, and not below `leastBytes`.
  public init(seconds: Double? = nil, bytes: Int? = nil) {
    self.seconds = seconds
    self.bytes = bytes
  }

  /// The least that makes sense for `bytes`: half of it is left for what a store needs besides its rows.
  public static let leastBytes = 128_000_000

  /// Whether anything is to be removed, ever.
  public var isLimited: Bool { seconds != nil || bytes != nil }
}
