import ArgumentParser

@main
struct Nanocap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nanocap",
    abstract: "Captures the traffic of Nano nodes into a SQLite database.",
    discussion: """
      EXAMPLES
        nanocap import capture.pcap --database capture.db
        nanocap import - --filter 'tcp port 7075' < capture.pcapng
        nanocap query "select msg_type, count(*) from packet group by msg_type" --database capture.db
        nanocap capture --interface eth0 --database live.db
        nanocap interfaces
      """,
    version: "nanocap \(version)",
    subcommands: [Import.self, CaptureCommand.self, Query.self, Schema.self, Interfaces.self])

  static let version = "0.1.0"

  /// Understands the original's options `--pcap FILE` and `--if` besides subcommands.
  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "--pcap": arguments[0] = "import"
    case "--if": arguments[0] = "interfaces"
    default: break
    }
    Self.main(arguments)
  }
}

/// Where the database is; every subcommand that uses one has this option.
struct DatabaseOption: ParsableArguments {
  @Option(name: .shortAndLong, help: "The database's file.")
  var database = "nanocap.db"
}
