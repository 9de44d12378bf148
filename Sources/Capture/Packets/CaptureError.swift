/// Why a capture file, a device or a database cannot be used, in words that name it.
public struct CaptureError: Error, CustomStringConvertible {
  /// A sentence without a full stop, which names what cannot be used, why, and often what to do.
  public let description: String
  /// What can be done besides telling it.
  let kind: Kind

  enum Kind {
    /// A device cannot be read, which may pass.
    case device
    /// Nobody wanted it any more.
    case stop
    case other
  }

  /// An error that can only be told.
  /// - Parameter description: a sentence without a full stop, which names what cannot be used, and why.
  public init(_ description: String) { self.init(description, .other) }

  /// An import was ended before it had begun to read.
  public static let stoppedAtOpening = CaptureError(
    "the import was stopped before all that it reads was open; nothing was imported", .stop)

  init(_ description: String, _ kind: Kind) {
    self.description = description
    self.kind = kind
  }
}
