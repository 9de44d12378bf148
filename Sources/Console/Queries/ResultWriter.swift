import Capture
import ParserRuntime

/// Writes a query's result, row by row, in the form that a client asked for.
struct ResultWriter {
  enum Format: String, CaseIterable {
    case json, csv, ndjson
    /// A line of JSON for the columns' names, one for each row's values, and an object at the end.
    case rows

    var mediaType: String {
      switch self {
      case .json: "application/json; charset=utf-8"
      case .csv: "text/csv; charset=utf-8"
      case .ndjson, .rows: "application/x-ndjson; charset=utf-8"
      }
    }
  }

  let format: Format
  let columns: [String]
  /// The columns' names as keys of objects.
  private let keys: [String]
  /// Whether integers that a number of JavaScript cannot hold become texts.
  var bigIntegersAsText = false
  private var json = JSONWriter()
  private var rowCount = 0

  init(_ format: Format, columns: [String], bigIntegersAsText: Bool = false) {
    self.format = format
    self.columns = columns
    keys = format == .ndjson ? ResultText.keys(for: columns) : []
    self.bigIntegersAsText = bigIntegersAsText
  }

  var byteCount: Int { json.bytes.count }
  var hasRows: Bool { rowCount > 0 }

  /// Takes what has been written since the last time.
  mutating func take() -> [UInt8] {
    defer { json.bytes.removeAll(keepingCapacity: true) }
    return json.bytes
  }

  mutating func begin() {
    switch format {
    case .json:
      json.raw("{\"columns\":")
      json.write(.array(columns.map { .text($0) }))
      json.raw(",\"rows\":[")
    case .csv: CSVLine.append(columns, to: &json.bytes)
    case .ndjson: break
    case .rows:
      json.write(.array(columns.map { .text($0) }))
      json.raw("\n")
    }
  }

  mutating func row(_ cursor: any ResultCursor) {
    switch format {
    case .json:
      json.raw(rowCount > 0 ? ",\n" : "\n")
      values(cursor)
    case .csv: CSVLine.append(cursor.row.map(\.resultText), to: &json.bytes)
    case .ndjson:
      json.raw("{")
      for (column, key) in keys.enumerated() {
        if column > 0 { json.raw(",") }
        json.text(key)
        json.raw(":")
        value(cursor.borrowed(column))
      }
      json.raw("}\n")
    case .rows:
      values(cursor)
      json.raw("\n")
    }
    rowCount += 1
  }

  /// - Parameter more: what is to be said besides of the result, for `json` and `rows`.
  mutating func end(_ more: [(String, JSON)] = []) {
    switch format {
    case .csv, .ndjson: break
    case .json:
      json.raw("]")
      for (name, value) in more {
        json.raw(",")
        json.text(name)
        json.raw(":")
        json.write(value)
      }
      json.raw("}")
    case .rows:
      json.write(.object(more))
      json.raw("\n")
    }
  }

  // MARK: JSON

  private mutating func values(_ cursor: any ResultCursor) {
    json.raw("[")
    for column in columns.indices {
      if column > 0 { json.raw(",") }
      value(cursor.borrowed(column))
    }
    json.raw("]")
  }

  private mutating func value(_ value: BorrowedValue) {
    switch value {
    case .null: json.raw("null")
    case .integer(let value):
      if bigIntegersAsText, value.magnitude > JSON.exactInteger.magnitude {
        json.text(String(value))
      } else {
        json.raw(String(value))
      }
    case .real(let value): json.real(value)
    case .text(let bytes): json.text(bytes)
    case .blob(let bytes): json.text(hexText(bytes))
    }
  }
}
