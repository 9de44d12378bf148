/// Why a capture file, a device or a database cannot be used, in words that name it.
public struct CaptureError: Error, CustomStringConvertible {
  public let description: String
  /// Whether a device cannot be read, which may pass.
  let isOfDevice: Bool

  public init(_ description: String) { self.init(description, isOfDevice: false) }

  init(_ description: String, isOfDevice: Bool) {
    self.description = description
    self.isOfDevice = isOfDevice
  }
}
