import Foundation

/// The rows of expressions.tsv, with the description whose fields they name.
struct ExpressionTable: Sendable {
  enum Outcome: Sendable {
    case value(JSON)
    /// A computed instance that is just a field that is not there.
    case absent
    /// Of an instance; `*` stands for any kind.
    case error(String)
    /// The description is refused, and the message has this text.
    case refusal(String)
  }

  struct Row: Sendable {
    var expression: String
    var outcome: Outcome

    var isRefused: Bool { if case .refusal = outcome { true } else { false } }
  }

  /// So many expressions are in one description.
  static let chunk = 50

  /// The description without instances.
  var context: String
  /// The bytes that it parses.
  var input: [UInt8]
  var rows: [Row]

  static func read() throws -> ExpressionTable {
    let context = try String(contentsOf: DumpTool.here.appending(path: "expressions.ksy"), encoding: .utf8)
    let table = try String(contentsOf: DumpTool.here.appending(path: "expressions.tsv"), encoding: .utf8)
    let lines = context.split(separator: "\n")
    let input = lines.drop { !$0.hasPrefix("-input:") }.dropFirst().prefix { $0.hasPrefix("  ") }
    return ExpressionTable(
      context: context, input: hexBytes(input.joined()) ?? [],
      rows: try table.split(separator: "\n").filter { !$0.hasPrefix("#\n") && !$0.hasPrefix("# ") && $0 != "#" }.map(
        row))
  }

  private static func row(_ line: Substring) throws -> Row {
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    let text = String(columns[1].dropFirst(2))
    let outcome: Outcome =
      switch columns[1].prefix(1) {
      case "!": .error(text)
      case "?": .refusal(text)
      case "-" where columns[1] == "-": .absent
      default: .value(try JSONReader.read(columns[1]))
      }
    return Row(expression: columns[0], outcome: outcome)
  }

  var evaluated: [Row] { rows.filter { !$0.isRefused } }
  var refused: [Row] { rows.filter(\.isRefused) }

  /// A description for each chunk of rows, in which row n is the instance `e<n>`.
  func descriptions(of rows: [Row]) -> [String] {
    stride(from: 0, to: rows.count, by: Self.chunk).map { start in
      let instances = rows[start..<min(start + Self.chunk, rows.count)].enumerated().map { index, row in
        "  e\(start + index): {value: '\(row.expression.replacing("'", with: "''"))'}\n"
      }
      return context + "instances:\n" + instances.joined()
    }
  }

  /// Evaluates all rows that are not refused.
  func jobs(in folder: Folder) throws -> [DumpTool.Job] {
    let file = try folder.write(input, "expressions.bin")
    return try descriptions(of: evaluated).enumerated().map { index, text in
      DumpTool.Job(
        id: Self.id(index), spec: try folder.write(text, "expressions/\(index)/expressions.ksy"), file: file)
    }
  }

  static func id(_ chunk: Int) -> String { "expressions (\(chunk + 1))" }
}
