import Capture
import Settings
import Foundation

/// Prints a query's result. All formats but the table are printed row by row; a table needs the widths of its columns,
/// which are those of its first rows.
final class ResultPrinter {
  /// Rows that decide the widths of a table's columns.
  private static let measuredRows = 1000
  private static let maximumWidth = 80

  private let format: ResultFormat
  private var columns: [String] = []
  private var rowCount = 0
  private var measured: [[String]] = []
  private var isNumeric: [Bool] = []
  private var widths: [Int] = []
  private var output = OutputBuffer()

  init(format: ResultFormat) { self.format = format }

  func begin(_ columns: [String]) {
    self.columns = columns
    isNumeric = columns.map { _ in true }
    switch format {
    case .csv: output.write(columns.map(csv).joined(separator: ",") + "\r\n")
    case .json: output.write("[")
    case .table, .ndjson: break
    }
  }

  func row(_ values: [QueryValue]) {
    rowCount += 1
    switch format {
    case .table: tableRow(values)
    case .csv: output.write(values.map { csv(text($0)) }.joined(separator: ",") + "\r\n")
    case .json: output.write((rowCount > 1 ? ",\n " : "\n ") + object(values))
    case .ndjson: output.write(object(values) + "\n")
    }
  }

  func end() {
    switch format {
    case .table:
      if widths.isEmpty { printMeasured() }
      output.write("(\(grouped(rowCount)) \(rowCount == 1 ? "row" : "rows"))\n")
    case .json: output.write(rowCount > 0 ? "\n]\n" : "]\n")
    case .csv, .ndjson: break
    }
    output.flush()
  }

  // MARK: Table

  private func tableRow(_ values: [QueryValue]) {
    for (index, value) in values.enumerated() {
      switch value {
      case .integer, .real, .null: break
      case .text, .blob: if widths.isEmpty { isNumeric[index] = false }
      }
    }
    let texts = values.map { visible(text($0)) }
    guard widths.isEmpty else { return printRow(texts) }
    measured.append(texts)
    if measured.count == Self.measuredRows { printMeasured() }
  }

  private func printMeasured() {
    widths = columns.indices.map { index in
      min(Self.maximumWidth, max(columns[index].count, measured.map { $0[index].count }.max() ?? 0))
    }
    printRow(columns)
    output.write(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n")
    measured.forEach(printRow)
    measured = []
  }

  private func printRow(_ texts: [String]) {
    let cells = texts.enumerated().map { index, text in
      let short = text.count > Self.maximumWidth ? text.prefix(Self.maximumWidth - 1) + "…" : text
      if isNumeric[index] { return short.leftPadded(to: widths[index]) }
      return index == texts.count - 1 ? short : short.padded(to: widths[index])
    }
    output.write(cells.joined(separator: "  ") + "\n")
  }

  /// Without characters that would move the terminal's cursor: values may come from a packet.
  private func visible(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "·" : $0 }))
  }

  // MARK: Values

  private func text(_ value: QueryValue) -> String {
    switch value {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): "\(value)"
    case .text(let value): value
    case .blob(let value): value.map { String(format: "%02X", $0) }.joined()
    }
  }

  private func csv(_ text: String) -> String {
    guard text.contains(where: { "\",\r\n".contains($0) }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  private func object(_ values: [QueryValue]) -> String {
    "{" + zip(columns, values).map { "\(jsonText($0)): \(json($1))" }.joined(separator: ", ") + "}"
  }

  private func json(_ value: QueryValue) -> String {
    switch value {
    case .null: "null"
    case .integer, .text, .blob: if case .integer(let number) = value { String(number) } else { jsonText(text(value)) }
    // JSON has no infinity.
    case .real(let value): value.isFinite ? "\(value)" : "null"
    }
  }
}

/// Standard output in large pieces.
struct OutputBuffer {
  private var bytes: [UInt8] = []

  mutating func write(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    if bytes.count > 1 << 16 { flush() }
  }

  mutating func flush() {
    FileHandle.standardOutput.write(Data(bytes))
    bytes.removeAll(keepingCapacity: true)
  }
}
