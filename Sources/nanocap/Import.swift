import ArgumentParser
import Capture
import Settings
import Foundation
import NanoParser

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import capture files (pcap, pcapng) into a database.",
    discussion: """
      A database that exists is added to. The command ends when all rows are committed.

      EXAMPLES
        nanocap import monday.pcap tuesday.pcap --database week.db
        nanocap import node.pcap --filter 'tcp port 7075'
        tcpdump -w - | nanocap import -
        nanocap import node.pcap --serve          # look while it runs, and after
      """)

  @Argument(help: ArgumentHelp("Capture files; '-' is standard input.", valueName: "file"))
  var files: [String]
  @OptionGroup var common: ConfigurationOptions
  @Option(help: ArgumentHelp("Import only packets that match a BPF filter.", valueName: "bpf"))
  var filter: String?

  @Flag(help: "Open the web console at once, and stay until ctrl-c.")
  var serve = false
  @OptionGroup var web: WebOptions

  func run() throws {
    let display = ProgressDisplay()
    guard !serve else {
      return try reportingErrors {
        let session = try Session(hasConsole: true, display: display) { [common, web] () throws(CaptureError) in
          try common.resolve(web.arguments)
        }
        try session.importFiles(files, filter: filter)
      }
    }
    let configuration = try reportingErrors { try common.resolveAloud() }
    let database = configuration.text("database")
    let importer = Importer(
      into: database, as: NanoSpecification.self, filter: filter, options: configuration.decodingOptions
    ) { progress in
      display.show(progress)
      return true
    }
    let summaries = try reportingErrors { try importer.run(files) }
    display.clear()
    for (file, summary) in zip(files, summaries) { ImportReport(file: file, summary: summary).print() }
    print("database: \(database)")
  }
}

/// Runs what may fail with a line of words, and exits with status 1 after printing it.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as CaptureError {
    complain("\(error)")
    throw ExitCode.failure
  } catch let error as QueryError {
    complain("\(error)")
    throw ExitCode.failure
  }
}
