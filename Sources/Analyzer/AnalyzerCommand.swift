import ArgumentParser
import ParserRuntime

/// The command line, of which each command has a file in `Commands`.
struct AnalyzerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Program.name,
    abstract: Program.info.program.summary,
    discussion: """
      EXAMPLES
        \(Program.name) import capture.pcap --database capture.db
        \(Program.name) import - --filter '\(Program.portFilter)' < capture.pcapng
        \(Program.name) query \(QueryExamples.typed.0) --database capture.db
        \(Program.name) capture --interface eth0 --database live.db
        \(Program.name) serve --database capture.db
        \(Program.name) decode capture.pcap --message 1
        \(Program.name) export capture.db --filter 'type == \(Program.messageKind)' --output part.pcap
        \(Program.name) validate capture.pcap
        \(Program.name) store create --store clickhouse://\(Program.id)@db.example.net:8123/\(Program.id)
        \(Program.name) interfaces
        \(Program.name) --config \(Program.info.program.configurationFile)
      """,
    version: "\(Program.name) \(Program.info.program.version)",
    subcommands: [
      Run.self, Import.self, CaptureCommand.self, Serve.self, Query.self, Schema.self, Decode.self, Export.self,
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
