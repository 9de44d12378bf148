/// The description's text, line by line, with what traffic has exercised.
public struct CoverageListing: Sendable {
  /// The files of the description: its own, then those it imports.
  public let files: [File]

  /// A file of the description.
  public struct File: Sendable {
    /// The file's name.
    public var name: String
    /// All of its lines.
    public var lines: [Line]
  }

  /// A line of a description, with what traffic has exercised of it.
  public struct Line: Sendable {
    /// Whether the line says that anything can happen, and whether all of it, some or nothing did.
    public enum State: Sendable { case neutral, covered, partly, missed }

    /// From 1.
    public var number: Int
    /// The line without its end.
    public var text: String
    /// How much of it happened.
    public var state: State
    /// How often what the line says happened.
    public var hits: Int
    /// What did not happen.
    public var missed: [String]
  }

  /// Lists the files that the coverage has.
  public init(_ coverage: Coverage) {
    let points = Dictionary(grouping: coverage.points) { Place(source: $0.source, line: $0.line) }
    files = coverage.sources.enumerated().map { number, source in
      let texts = source.text.split(separator: "\n", omittingEmptySubsequences: false)
      let lines = texts.enumerated().map { index, text in
        Self.line(index + 1, String(text), points[Place(source: number, line: index + 1)] ?? [])
      }
      return File(name: source.name, lines: lines)
    }
  }

  private struct Place: Hashable {
    var source: Int
    var line: Int
  }

  private static func line(_ number: Int, _ text: String, _ points: [Coverage.Point]) -> Line {
    let missed = points.filter { $0.hits == 0 }
    let state: Line.State =
      points.isEmpty ? .neutral : missed.isEmpty ? .covered : missed.count == points.count ? .missed : .partly
    return Line(
      number: number, text: text, state: state, hits: points.map(\.hits).max() ?? 0,
      missed: state == .partly || points.count > 1 ? missed.map { $0.outcome.isEmpty ? $0.name : $0.outcome } : [])
  }

  /// `hits | line`, with `####` where nothing happened and `~` where not everything did.
  public var text: String {
    var text = ""
    for file in files {
      text += "\(file.name)\n"
      for line in file.lines {
        let mark: String =
          switch line.state {
          case .neutral: ""
          case .covered: "\(line.hits)"
          case .partly: "~\(line.hits)"
          case .missed: "####"
          }
        let remark =
          line.missed.isEmpty || line.state == .missed ? "" : "   <- never: \(line.missed.joined(separator: ", "))"
        text += "\(mark.leftPadded(to: 9)) | \(line.text)\(remark)\n"
      }
    }
    return text
  }
}
