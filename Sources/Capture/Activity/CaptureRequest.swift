/// What somebody wants of a capture instead of what the configuration says.
public struct CaptureRequest: Sendable {
  /// The device's name, as in `NetworkInterface.name`.
  public var interface: String?
  /// A BPF filter; empty for the description's ports, or for its transports where flows are told by their bytes.
  public var filter: String?
  /// Whether flows on other ports are looked at.
  public var detects: Bool?
  /// Whether messages are stored as they were on the wire too.
  public var storesBytes: Bool?
  /// Seconds after which the capture ends.
  public var seconds: Double?
  /// Packets after which the capture ends.
  public var packets: Int?

  /// All as the configuration says.
  public init() {}

  /// The configuration's options with what is wanted instead.
  func applied(to options: LiveOptions) -> LiveOptions {
    var options = options
    if let interface { options.interface = interface }
    if let filter { options.filter = filter.isEmpty ? nil : filter }
    if let detects { options.decoding.detects = detects }
    if let storesBytes { options.decoding.storesBytes = storesBytes }
    if let seconds { options.limits.seconds = seconds }
    if let packets { options.limits.packets = packets }
    return options
  }
}
