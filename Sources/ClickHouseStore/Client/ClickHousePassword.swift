public import Capture
public import Foundation

/// The password of a store's user. It goes into the header of requests and nowhere else: printed or mirrored, it is three
/// dots.
public struct ClickHousePassword: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The password itself.
  let secret: String

  /// - Parameter secret: the password; empty for a user without one.
  public init(_ secret: String = "") { self.secret = secret }

  /// The password in a file, without the line's end; where there is no file, in the environment, or else none.
  /// - Parameter variable: the environment variable that it is taken from.
  /// - Throws: Where the file cannot be read, or is not text.
  public init(
    file: String?, variable: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CaptureError) {
    guard let file else {
      self.init(environment[variable] ?? "")
      return
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CaptureError("\(file): cannot be read; is it there, and may you read it?")
    }
    guard let text = String(data: data, encoding: .utf8), !text.contains("\0") else {
      throw CaptureError("\(file): is no text that could be a password")
    }
    let line = text.prefix { !$0.isNewline }
    guard text.dropFirst(line.count).allSatisfy(\.isNewline) else {
      throw CaptureError("\(file): has more than one line; a password is one")
    }
    self.init(String(line))
  }

  /// Three dots, whatever the password is.
  public var description: String { "•••" }
  /// The same three dots.
  public var debugDescription: String { description }
  /// A mirror that shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
