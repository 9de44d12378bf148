/// What messages are exported as.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// The packets that carry them, in a pcap file with times in nanoseconds.
  case pcap
  /// The same in a pcapng file, which may have packets of several link types.
  case pcapng
  /// A list of JSON, a message an object with all its fields.
  case json
  /// The same objects, one a line.
  case ndjson
  /// A message a line, with the columns of its row.
  case csv

  /// The format that a file of the name has; nil where the name does not tell.
  public init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "pcap", "cap": self = .pcap
    case "pcapng": self = .pcapng
    case "json": self = .json
    case "ndjson", "jsonl": self = .ndjson
    case "csv": self = .csv
    default: return nil
    }
  }

  /// As HTTP names it.
  public var mediaType: String {
    switch self {
    case .pcap: "application/vnd.tcpdump.pcap"
    case .pcapng: "application/x-pcapng"
    case .json: "application/json; charset=utf-8"
    case .ndjson: "application/x-ndjson; charset=utf-8"
    case .csv: "text/csv; charset=utf-8"
    }
  }

  /// Whether it is bytes that nobody reads as they are.
  public var isBinary: Bool { self == .pcap || self == .pcapng }
}
