import Foundation

/// A source of bytes that are read once, in order.
protocol ByteInput: AnyObject {
  /// Reads what is there, and waits for at least one byte.
  /// - Returns: How many bytes have been put into `buffer`; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int

  /// Whether a read may have to wait until somebody writes: of a pipe or a device, never of a file on disk.
  var mayWait: Bool { get }

  /// Bytes of the underlying file that have been read: of a compressed file, compressed ones.
  var position: Int { get }

  /// Why the bytes end before their end; nil where they do not.
  var failure: String? { get }

  /// Whether the bytes end because nobody wanted more of them: how they would have ended is not known.
  var wasEnded: Bool { get }
}

/// A file, or anything else that has a file descriptor.
final class FileInput: ByteInput {
  /// How often `goesOn` is asked, in ms.
  private static let interval: Int32 = 200

  private let descriptor: Int32
  private let goesOn: () -> Bool
  /// When it was asked last.
  private var asked = ContinuousClock.now
  let mayWait: Bool
  private(set) var position = 0
  private(set) var failure: String?
  private(set) var wasEnded = false

  /// - Parameters:
  ///   - descriptor: an open file; it is closed with this object unless it is standard input.
  ///   - mayWait: whether it is anything but a file on disk, which never keeps anybody waiting.
  ///   - goesOn: asked several times a second while the input is read, and while it is waited for; false ends it.
  init(descriptor: Int32, mayWait: Bool, goesOn: @escaping () -> Bool) {
    self.descriptor = descriptor
    self.mayWait = mayWait
    self.goesOn = goesOn
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard failure == nil, !wasEnded else { return 0 }
    // Also where there is always something to be read: whoever reads may look for what does not come.
    if asked.duration(to: .now) >= .milliseconds(Int(Self.interval)) { ask() }
    while waitForBytes() {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 {
        position += count
        return count
      }
      guard errno == EINTR || errno == EAGAIN else {
        failure = "cannot be read: \(String(cString: strerror(errno)))"
        return 0
      }
    }
    return 0
  }

  /// - Returns: false where the input is to end.
  private func waitForBytes() -> Bool {
    guard mayWait else { return !wasEnded }
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // The end of the program, a signal that asks for it included, is the end of the input.
    while !wasEnded, poll(&polled, 1, Self.interval) <= 0 { ask() }
    return !wasEnded
  }

  private func ask() {
    asked = .now
    wasEnded = !goesOn()
  }
}
