import ClickHouseSchema
import Foundation

/// Rows of one table and one day that will be sent as they are, however often that takes.
///
/// They are a file, whose name tells what is in it, and whose bytes are the body of the request. The statements that belong
/// to it are in the header of gzip: should the description have more columns by the time the file is sent, it still says
/// which ones it has.
struct SealedBatch: Sendable, Hashable {
  /// Counts batches; they are sent in this order.
  var sequence: Int
  /// The table that the rows go to.
  var table: String
  /// The day that they belong to, as `20261126`; `0` where the table is not kept by days.
  var day: String
  /// The smallest id, and the largest.
  var ids: ClosedRange<Int64>
  /// How many rows there are.
  var rows: Int

  /// What files are called by their end.
  static let suffix = ".rows.gz"

  init(sequence: Int, table: String, day: String, ids: ClosedRange<Int64>, rows: Int) {
    self.sequence = sequence
    self.table = table
    self.day = day
    self.ids = ids
    self.rows = rows
  }

  init(sequence: Int, _ buffer: RowBuffer) {
    self.init(
      sequence: sequence, table: buffer.table.name, day: buffer.day?.text ?? "0",
      ids: buffer.ids.first...buffer.ids.last, rows: buffer.rowCount)
  }

  /// What the batch is called, also on the server: `000000000042-message-20261126-1-99-99`.
  var name: String {
    let digits = String(sequence)
    let number = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    let table = table.addingPercentEncoding(withAllowedCharacters: Self.nameCharacters) ?? ""
    return "\(number)-\(table)-\(day)-\(ids.lowerBound)-\(ids.upperBound)-\(rows)"
  }

  private static let nameCharacters = CharacterSet(charactersIn: "_-").union(
    CharacterSet(charactersIn: Unicode.Scalar("0")...Unicode.Scalar("9"))
  ).union(CharacterSet(charactersIn: Unicode.Scalar("A")...Unicode.Scalar("Z"))).union(
    CharacterSet(charactersIn: Unicode.Scalar("a")...Unicode.Scalar("z")))

  /// - Parameter fileName: as `name` makes it, with the suffix; nil where it is something else.
  init?(fileName: String) {
    guard fileName.hasSuffix(Self.suffix) else { return nil }
    let parts = fileName.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    // The table's name may have hyphens of its own.
    guard parts.count >= 6, let sequence = Int(parts[0]), let rows = Int(parts[parts.count - 1]),
      let last = Int64(parts[parts.count - 2]), let first = Int64(parts[parts.count - 3]), first <= last,
      let table = parts[1..<(parts.count - 4)].joined(separator: "-").removingPercentEncoding
    else { return nil }
    self.init(
      sequence: sequence, table: table, day: String(parts[parts.count - 4]), ids: first...last, rows: rows)
  }

  /// The statements that belong to a batch.
  struct Statements: Sendable, Equatable {
    /// Takes the rows.
    var insert: String
    /// Counts those of the rows that are there; nil where it does no harm to send them twice, since they replace each
    /// other.
    var count: String?

    init(_ buffer: RowBuffer) {
      let table = buffer.table
      let columns = table.columns.map { ClickHouseText.name($0.name) }.joined(separator: ", ")
      insert = "INSERT INTO \(ClickHouseText.name(table.name)) (\(columns)) FORMAT RowBinary"
      guard !table.replaces, let key = table.columns.first?.name else { return }
      // The other columns say the same once more, in ways by which the server finds it sooner.
      var ranges = [(key, buffer.ids)]
      if let time = table.timeColumn { ranges.append((table.columns[time].name, buffer.times)) }
      if let group = table.group { ranges.append((group.name, buffer.groups)) }
      let conditions = ranges.map { "\(ClickHouseText.name($0)) BETWEEN \($1.first) AND \($1.last)" }
      count = "SELECT count() FROM \(ClickHouseText.name(table.name)) WHERE \(conditions.joined(separator: " AND "))"
    }

    /// Each on a line of its own; names have no line ends, as `ClickHouseText` writes them.
    var comment: String { insert + (count.map { "\n" + $0 } ?? "") }

    init?(comment: String) {
      let lines = comment.split(separator: "\n")
      guard let insert = lines.first, insert.hasPrefix("INSERT INTO ") else { return nil }
      self.insert = String(insert)
      count = lines.count > 1 ? String(lines[1]) : nil
    }
  }
}
