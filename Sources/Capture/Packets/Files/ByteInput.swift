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

  /// Whether the bytes end because nobody wanted to wait for more: how they would have ended is not known.
  var wasEnded: Bool { get }
}

/// A file, or anything else that has a file descriptor.
final class FileInput: ByteInput {
  /// How often `idle` is called while there is nothing to be read, in ms.
  private static let idleTime: Int32 = 200

  private let descriptor: Int32
  private let idle: (() -> Bool)?
  private(set) var position = 0
  private(set) var failure: String?
  private(set) var wasEnded = false

  /// - Parameters:
  ///   - descriptor: an open file; it is closed with this object unless it is standard input.
  ///   - idle: called several times a second while nothing can be read; returning false ends the input. nil for files
  ///     on disk, which never keep anybody waiting.
  init(descriptor: Int32, idle: (() -> Bool)?) {
    self.descriptor = descriptor
    self.idle = idle
  }

  var mayWait: Bool { idle != nil }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard failure == nil, !wasEnded else { return 0 }
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
    guard let idle else { return true }
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&polled, 1, Self.idleTime) <= 0 {
      // The end of the program, a signal that asks for it included, is the end of the input.
      guard idle() else {
        wasEnded = true
        return false
      }
    }
    return true
  }
}
