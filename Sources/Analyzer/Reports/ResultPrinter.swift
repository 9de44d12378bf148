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
  /// The columns' names as keys of objects, as JSON texts.
  private var keys: [String] = []
  private var rowCount = 0
  private var measured: [[String]] = []
  private var isNumeric: [Bool] = []
  private var widths: [Int] = []
  private var output = OutputBuffer()

  init(format: ResultFormat) { self.format = format }

  func begin(_ columns: [String]) throws(CaptureError) {
    self.columns = columns
    keys = ResultText.keys(for: columns).map { jsonText($0) }
    isNumeric = columns.map { _ in true }
    switch format {
    case .csv: try output.writeCSV(columns)
    case .json: try output.write("[")
    case .table, .ndjson: break
    }
  }

  func row(_ values: [QueryValue]) throws(CaptureError) {
    rowCount += 1
    switch format {
    case .table: try tableRow(values)
    case .csv: try output.writeCSV(values.map(\.resultText))
    case .json: try output.write((rowCount > 1 ? ",\n " : "\n ") + object(values))
    case .ndjson: try output.write(object(values) + "\n")
    }
  }

  func end() throws(CaptureError) {
    switch format {
    case .table:
      if widths.isEmpty { try printMeasured() }
      try output.write("(\(grouped(rowCount)) \(rowCount == 1 ? "row" : "rows"))\n")
    case .json: try output.write(rowCount > 0 ? "\n]\n" : "]\n")
    case .csv, .ndjson: break
    }
    try output.flush()
  }

  // MARK: Table

  private func tableRow(_ values: [QueryValue]) throws(CaptureError) {
    for (index, value) in values.enumerated() {
      switch value {
      case .integer, .real, .null: break
      case .text, .blob: if widths.isEmpty { isNumeric[index] = false }
      }
    }
    let texts = values.map { visible($0.resultText) }
    guard widths.isEmpty else { return try printRow(texts) }
    measured.append(texts)
    if measured.count == Self.measuredRows { try printMeasured() }
  }

  private func printMeasured() throws(CaptureError) {
    let columns = columns.map(visible)
    widths = columns.indices.map { index in
      min(Self.maximumWidth, max(columns[index].count, measured.map { $0[index].count }.max() ?? 0))
    }
    try printRow(columns)
    try output.write(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n")
    for texts in measured { try printRow(texts) }
    measured = []
  }

  private func printRow(_ texts: [String]) throws(CaptureError) {
    let cells = texts.enumerated().map { index, text in
      let short = text.count > Self.maximumWidth ? text.prefix(Self.maximumWidth - 1) + "…" : text
      if isNumeric[index] { return short.leftPadded(to: widths[index]) }
      return index == texts.count - 1 ? short : short.padded(to: widths[index])
    }
    try output.write(cells.joined(separator: "  ") + "\n")
  }

  /// Without characters that would move the terminal's cursor: values may come from a packet.
  private func visible(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "·" : $0 }))
  }

  // MARK: JSON

  private func object(_ values: [QueryValue]) -> String {
    "{" + zip(keys, values).map { "\($0): \(json($1))" }.joined(separator: ", ") + "}"
  }

  private func json(_ value: QueryValue) -> String {
    switch value {
    case .null: "null"
    case .integer(let number): String(number)
    case .real(let number) where number.isFinite: ResultText.real(number)
    case .text, .blob, .real: jsonText(value.resultText)
    }
  }
}

/// Standard output in large pieces.
private struct OutputBuffer {
  private static let size = 1 << 16

  private var bytes: [UInt8] = []

  mutating func write(_ text: String) throws(CaptureError) {
    bytes.append(contentsOf: text.utf8)
    if bytes.count > Self.size { try flush() }
  }

  mutating func writeCSV(_ fields: [String]) throws(CaptureError) {
    CSVLine.append(fields, to: &bytes)
    if bytes.count > Self.size { try flush() }
  }

  mutating func flush() throws(CaptureError) {
    try StandardOutput.write(Data(bytes))
    bytes.removeAll(keepingCapacity: true)
  }
}
