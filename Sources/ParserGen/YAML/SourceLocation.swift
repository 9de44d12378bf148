/// A place in a description; lines and columns count from 1.
public struct SourceLocation: Sendable, Hashable {
  /// The path of the file, as it was named.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column in characters, from 1.
  public var column: Int

  /// - Parameters:
  ///   - line: from 1.
  ///   - column: from 1.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  func moved(by columns: Int) -> SourceLocation {
    SourceLocation(file: file, line: line, column: column + columns)
  }
}
