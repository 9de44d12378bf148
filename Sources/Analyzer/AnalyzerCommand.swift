import ArgumentParser

/// The command line, of which each command has a file in `Commands`.
struct AnalyzerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nanocap",
    abstract: "Captures the traffic of Nano nodes into a SQLite database, or into ClickHouse.",
    discussion: """
      EXAMPLES
        nanocap import capture.pcap --database capture.db
        nanocap import - --filter 'tcp port 7075' < capture.pcapng
        nanocap query "select msg_type, count(*) from packet group by msg_type" --database capture.db
        nanocap capture --interface eth0 --database live.db
        nanocap serve --database capture.db
        nanocap decode capture.pcap --message 1
        nanocap validate capture.pcap
        nanocap store create --store clickhouse://nano@db.example.net:8123/nano
        nanocap interfaces
        nanocap --config nanocap.config
      """,
    version: "nanocap \(Program.version)",
    subcommands: [
      Run.self, Import.self, CaptureCommand.self, Serve.self, Query.self, Schema.self, Decode.self,
      Validate.self, Store.self, Push.self, Interfaces.self, Config.self,
    ],
    defaultSubcommand: Run.self)

  /// Those of the process, as commands are written now: `--pcap FILE` and `--if` are from before there were commands.
  static var arguments: [String] {
    var arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "--pcap": arguments.replaceSubrange(0...0, with: ["import", "--serve"])
    case "--if": arguments[0] = "interfaces"
    default: break
    }
    return arguments
  }
}
