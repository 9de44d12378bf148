/// Where the messages of a run come from and how they were decoded, as the row of `run` has it: what it takes to find
/// their bytes in the capture file again.
public struct StoredRun: Sendable, Hashable {
  /// A capture file that was imported.
  public struct File: Sendable, Hashable {
    /// The path by which it was imported.
    public var path: String
    /// Size and hash of the file, as it was then; nil in databases of older versions.
    public var identity: String?
  }

  /// The capture file that was imported, and those of a rotation in which its connections go on; empty for a live
  /// capture and for standard input.
  public var files: [File]
  /// The BPF filter, if there was one.
  public var filter: String?
  /// Which bytes counted where segments contradicted each other.
  public var overlaps: OverlapPolicy
  /// What was done about wrong checksums of TCP and UDP.
  public var checksums: ChecksumPolicy

  /// - Parameters:
  ///   - id: of the run.
  ///   - rows: all rows of `run` in the order of their ids, the columns by name. Databases of older versions lack some,
  ///     and a database may come from anywhere: what is missing or unknown has the default.
  public init(id: Int64, rows: [[String: QueryValue]]) {
    var parts: [[String: QueryValue]] = []
    var ids: Set<QueryValue> = []
    for row in rows {
      guard let own = row["id"], own == .integer(id) || row["continues"].map(ids.contains) == true else { continue }
      parts.append(row)
      ids.insert(own)
    }
    func text(_ column: String, _ row: [String: QueryValue]?) -> String? {
      if case .text(let value)? = row?[column] { value } else { nil }
    }
    func text(_ column: String) -> String? { text(column, parts.first) }
    files = parts.compactMap { row in
      guard text("kind", row) == "import", let path = text("source", row), path != "-" else { return nil }
      return File(path: path, identity: text("source_identity", row))
    }
    filter = text("filter")
    let defaults = DecodingOptions()
    overlaps = text("overlaps").flatMap(OverlapPolicy.init(rawValue:)) ?? defaults.overlaps
    checksums = text("checksums").flatMap(ChecksumPolicy.init(rawValue:)) ?? defaults.checksums
  }

  /// - Throws: Where there are no capture files, or where one of them is another by now.
  func checkFiles() throws(CaptureError) {
    guard !files.isEmpty else {
      throw CaptureError("the bytes were not stored; to keep them, capture with capture.raw_details")
    }
    for file in files { _ = try file.open(filter: nil) }
  }
}

extension StoredRun.File {
  /// - Throws: Where the file cannot be read, or is another by now.
  func open(filter: PacketFilter?) throws(CaptureError) -> PacketFile {
    guard let file = try PacketFile.imported(self, filter: filter) else {
      throw CaptureError("\(path): is not the capture that was imported")
    }
    return file
  }
}

/// The runs of a store.
struct StoredRuns {
  private let rows: [[String: QueryValue]]
  /// The run that a run goes on with.
  private let former: [Int64: Int64]

  /// - Throws: Where the store cannot be read.
  init(_ engine: any QueryEngine, _ control: QueryControl) throws(QueryError) {
    // All columns: databases of older versions lack some.
    let rows = try engine.storedRows(RowRequest("run", order: "id"), control)
    self.rows = rows.map(\.byName)
    let pairs = rows.compactMap { row -> (Int64, Int64)? in
      if case .integer(let former)? = row["continues"] { (row.number("id"), former) } else { nil }
    }
    former = Dictionary(pairs) { first, _ in first }
  }

  /// The run that begins the capture of a run.
  func first(of run: Int64) -> Int64 {
    var first = run
    // A run goes on with one before it; a database may come from anywhere.
    while let former = former[first], former < first { first = former }
    return first
  }

  func run(_ id: Int64) -> StoredRun { StoredRun(id: id, rows: rows) }
}
