/// Where the messages of a run come from and how they were decoded, as the row of `run` has it: what it takes to find
/// their bytes in the capture file again.
public struct StoredRun: Sendable, Hashable {
  /// The capture file that was imported; nil for a live capture and for standard input.
  public var file: String?
  /// The BPF filter, if there was one.
  public var filter: String?
  /// Size and hash of the file.
  public var identity: String?
  public var overlaps: OverlapPolicy
  public var checksums: ChecksumPolicy

  /// - Parameter row: the columns of `run` by name. Databases of older versions lack some, and a database may come from
  ///   anywhere: what is missing or unknown has the default.
  public init(row: [String: QueryValue]) {
    func text(_ column: String) -> String? { if case .text(let value)? = row[column] { value } else { nil } }
    let source = text("source")
    file = text("kind") == "import" && source != "-" ? source : nil
    filter = text("filter")
    identity = text("source_identity")
    let defaults = DecodingOptions()
    overlaps = text("overlaps").flatMap(OverlapPolicy.init(rawValue:)) ?? defaults.overlaps
    checksums = text("checksums").flatMap(ChecksumPolicy.init(rawValue:)) ?? defaults.checksums
  }
}
