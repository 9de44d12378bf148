extension ActivityRunner {
  /// What the process is told from outside.
  public struct Control: Sendable {
    /// Whether everything is to end.
    public var isStopRaised: @Sendable () -> Bool
    /// Whether the configuration is to be read again; asked once for each time it is.
    public var takeReload: @Sendable () -> Bool
    /// Whether the capture is to go on in another file; asked once for each time it is.
    public var takeRotation: @Sendable () -> Bool
    /// The options for a capture that starts, or goes on, now. It is given the device's name, or nil where the
    /// configuration's is to be taken.
    public var liveOptions: @Sendable (String?) throws(CaptureError) -> LiveOptions
    /// The options for an import that starts now.
    public var decodingOptions: @Sendable () -> DecodingOptions

    /// - Parameters:
    ///   - isStopRaised: asked several times a second.
    ///   - takeReload: asked while a capture runs, as `takeRotation` is.
    ///   - liveOptions: asked when a capture starts or goes on; throws where the configuration allows none.
    ///   - decodingOptions: asked when an import starts.
    public init(
      isStopRaised: @escaping @Sendable () -> Bool, takeReload: @escaping @Sendable () -> Bool,
      takeRotation: @escaping @Sendable () -> Bool = { false },
      liveOptions: @escaping @Sendable (String?) throws(CaptureError) -> LiveOptions,
      decodingOptions: @escaping @Sendable () -> DecodingOptions
    ) {
      self.isStopRaised = isStopRaised
      self.takeReload = takeReload
      self.takeRotation = takeRotation
      self.liveOptions = liveOptions
      self.decodingOptions = decodingOptions
    }

    /// For a runner that is never served, and only tells of its store.
    public static let none = Control(
      isStopRaised: { true }, takeReload: { false }, liveOptions: { LiveOptions(interface: $0 ?? "") },
      decodingOptions: { DecodingOptions() })
  }
}
