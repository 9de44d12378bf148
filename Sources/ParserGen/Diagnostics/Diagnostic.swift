/// A problem in a description, at its place.
public struct Diagnostic: Error, Sendable, Hashable {
  /// Whether a description with the problem can be compiled: one with warnings can.
  public enum Severity: String, Sendable { case error, warning }

  /// An error, unless it is said otherwise.
  public var severity = Severity.error
  /// Where the problem is.
  public var location: SourceLocation
  /// What is wrong, and often what would be right; without a full stop.
  public var message: String
  /// The Kaitai path of the element, such as `/types/msg_reading/seq/0/type`; nil where there is none.
  public var path: String?

  /// - Parameters:
  ///   - location: where the problem is.
  ///   - path: the Kaitai path of the element; nil where there is none.
  ///   - message: what is wrong.
  public init(at location: SourceLocation, path: String? = nil, _ message: String) {
    self.location = location
    self.message = message
    self.path = path
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `path:line:column: error: message`, which SwiftPM, Xcode and VS Code show at its place.
  public var description: String {
    let element = path.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
    return "\(location.file):\(location.line):\(location.column): \(severity): \(message)\(element)"
  }
}

/// Collects the problems of all stages, so that an author sees every one of them at once.
final class Diagnostics {
  private(set) var all: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  /// Whether there are only warnings, if any.
  var isEmpty: Bool { count == 0 }

  /// The number of errors.
  private(set) var count = 0

  func add(_ diagnostic: Diagnostic) {
    guard seen.insert(diagnostic).inserted else { return }
    all.append(diagnostic)
    if diagnostic.severity == .error { count += 1 }
  }

  func add(_ diagnostics: [Diagnostic]) { diagnostics.forEach(add) }

  func error(_ location: SourceLocation, path: String? = nil, _ message: String) {
    add(Diagnostic(at: location, path: path, message))
  }

  func warning(_ location: SourceLocation, path: String? = nil, _ message: String) {
    var diagnostic = Diagnostic(at: location, path: path, message)
    diagnostic.severity = .warning
    add(diagnostic)
  }

  var sorted: [Diagnostic] {
    all.sorted {
      ($0.location.file, $0.location.line, $0.location.column) < (
        $1.location.file, $1.location.line, $1.location.column
      )
    }
  }
}
