/// What is to be imported.
public struct ImportRequest: Sendable {
  /// Files, folders (all captures in them), patterns, and `-` for standard input.
  public var files: [String]
  /// A BPF filter for the packets; nil takes all.
  public var filter: String?
  /// Whether files that were imported before are imported once more.
  public var isAgain: Bool

  /// - Parameters:
  ///   - files: files, folders, patterns, and `-`, as in `files`.
  ///   - filter: a BPF filter for the packets; nil takes all.
  ///   - isAgain: whether files that were imported before are imported once more.
  public init(_ files: [String], filter: String? = nil, isAgain: Bool = false) {
    self.files = files
    self.filter = filter
    self.isAgain = isAgain
  }
}
