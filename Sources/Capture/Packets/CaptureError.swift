/// Why a capture file, a device or a database cannot be used, in words that name it.
public struct CaptureError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
