import Capture
import Settings
import ParserRuntime

extension Setting {
  /// All settings, in the order in which they are shown.
  static let all: [Setting] =
    [
      Setting("database", .text, .text(Program.name + ".db"), "the database's file"),
      Setting(
        "store", .text, .text(""), "instead of a file a database of ClickHouse's: clickhouse://user@host:8123/database"),
      Setting("store_password_file", .text, .text(""), "has the store's password; empty: \(Program.passwordVariable)"),
      Setting("store_ca_file", .text, .text(""), "certificates (PEM) that may sign the store's; empty: the system's"),
      Setting("store_cluster", .text, .text(""), "the cluster that shares the store's rows; empty: a single server"),
      Setting(
        "store_keep_days", .integer(0...100_000), .integer(0), "days that a store made now keeps rows; 0: for ever"),
      Setting(
        "store_by_value", .flag, .flag(false),
        "whether a store made now has tables to find rows by the values of lists"
          + (Program.valueList.map { ", such as \($0)" } ?? "")),
      Setting(
        "store_state", .text, .text(""),
        "the folder of a sensor's number, and of rows that the store has not taken yet; empty: the user's for states"),
      Setting("store_sensor", .text, .text(""), "what the store calls this sensor; empty: the host's name"),
      Setting(
        "store_spool_megabytes", .integer(1...(1 << 30)), .integer(1024), "rows that may wait there for the store"),
      Setting(
        "store_seal_seconds", .integer(1...3600), .integer(1), "how long rows wait for others that are sent with them"),
      Setting("store_compress", .flag, .flag(false), "compress what is sent to the store, for a slow line"),
      Setting("log_level", .choice(["debug", "info", "warning", "error"]), .text("info"), "what is logged at least"),
      Setting("capture.enabled", .flag, .flag(false), "whether '\(Program.name)' without a command captures"),
      Setting("capture.interface", .text, .text(""), "the network interface; empty: by device_ip, or guessed"),
      Setting("capture.device_ip", .text, .text(""), "the interface with this address"),
      Setting(
        "capture.filter", .text, .text(""), "BPF filter; empty: the description's ports, with capture.detect any"),
      Setting(
        "capture.detect", .flag, .flag(false),
        "whether flows on other ports are told by what they carry: those of the protocol are stored"),
      Setting("capture.promiscuous", .flag, .flag(false), "take packets for other hosts too"),
      Setting("capture.immediate", .flag, .flag(false), "hand over each packet at once"),
      Setting("capture.buffer_megabytes", .integer(1...1024), .integer(32), "the kernel's buffer for packets"),
      Setting(
        "capture.max_capture_megabytes", .integer(0...(1 << 40)), .integer(0),
        "end the capture at this size of the database; 0: never"),
      Setting(
        "capture.keep_hours", .limit(1...(1 << 20)), .integer(0),
        "remove rows that are so old, while the capture goes on; 0: never"),
      Setting(
        "capture.keep_megabytes", .limit((Retention.leastBytes / 1_000_000)...(1 << 40)), .integer(0),
        "remove the oldest rows, so that the database stays below this size; 0: never"),
      Setting(
        "capture.rotate_seconds", .integer(0...(1 << 30)), .integer(0),
        "go on in another database file after so long, whose name has the time; 0: never"),
      Setting(
        "capture.rotate_megabytes", .integer(0...(1 << 40)), .integer(0),
        "go on in another database file at this size; 0: never"),
      Setting(
        "capture.rotate_files", .integer(0...100_000), .integer(0), "keep only so many database files; 0: all"),
      Setting("capture.user", .text, .text(""), "become this user once the device is open"),
      Setting("capture.write", .text, .text(""), "keep the packets in this pcap file too"),
      Setting(
        "capture.write_megabytes", .integer(0...(1 << 20)), .integer(0), "begin another file at this size; 0: never"),
      Setting(
        "capture.write_seconds", .integer(0...(1 << 30)), .integer(0), "begin another file after so long; 0: never"),
      Setting("capture.write_files", .integer(0...100_000), .integer(0), "keep only so many of them; 0: all"),
      Setting(
        "capture.overlaps", .choice(OverlapPolicy.allCases.map(\.rawValue)), .text(OverlapPolicy.firstWins.rawValue),
        "which bytes count where segments contradict each other"),
      Setting(
        "capture.checksums", .choice(ChecksumPolicy.allCases.map(\.rawValue)), .text(ChecksumPolicy.ignore.rawValue),
        "what becomes of packets with a wrong checksum of TCP or UDP"),
    ]
    + Program.info.details.map {
      Setting("capture.\($0)_details", .flag, .flag(true), "whether rows of the group '\($0)' are stored")
    } + [
      Setting("capture.connection_details", .flag, .flag(true), "whether events of connections are stored"),
      Setting("capture.raw_details", .flag, .flag(false), "whether messages are stored as they were on the wire too"),
      Setting("web.enabled", .flag, .flag(true), "whether the web console runs beside a capture"),
      Setting("web.bind", .text, .text("127.0.0.1"), "the address that the web console listens on"),
      Setting(
        "web.port", .integer(0...65535), .integer(Program.info.program.consolePort), "and its port; 0: a free one"),
      Setting("web.token", .text, .text(""), "who has it may use the console; empty: made where others can reach it"),
      Setting("web.hosts", .text, .text(""), "names by which the console may be called, with commas between them"),
      Setting("web.database_folder", .text, .text(""), "the folder whose databases the console shows too; empty: none"),
      Setting("web.import_folder", .text, .text("."), "the folder from which the console may import; empty: none"),
      Setting("web.query_seconds", .integer(1...300), .integer(10), "after which a query ends that asks for no more"),
      Setting("web.max_query_result", .integer(1...(1 << 40)), .integer(10_000), "rows that a query gives at the most"),
      Setting(
        "web.max_page_rows", .integer(1...(1 << 40)), .integer(1_000_000), "rows that the page Query shows at the most"),
    ]

  static func named(_ key: String) -> Setting? { all.first { $0.key == key } }
}
