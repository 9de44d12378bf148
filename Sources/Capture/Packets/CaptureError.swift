/// Why a capture file, a device or a database cannot be used, in words that name it.
public struct CaptureError: Error, CustomStringConvertible {
  /// A sentence without a full stop, which names what cannot be used, why, and often what to do.
  public let description: String
  /// Whether a device cannot be read, which may pass.
  let isOfDevice: Bool

  /// - Parameter description: a sentence without a full stop, which names what cannot be used, and why.
  public init(_ description: String) { self.init(description, isOfDevice: false) }

  init(_ description: String, isOfDevice: Bool) {
    self.description = description
    self.isOfDevice = isOfDevice
  }
}
