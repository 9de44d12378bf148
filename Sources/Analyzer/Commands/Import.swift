import ArgumentParser
import Capture
import Settings
import Foundation

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import capture files (pcap, pcapng) into a database.",
    discussion: """
      A database that exists is added to. The command ends when all rows are committed. Files are read in the order of
      their times, and those of a rotation are one capture. They may be compressed (gzip, zstd, lz4, xz). Of a file that is
      cut off or damaged all is imported that can be read.

      EXAMPLES
        \(Program.name) import monday.pcap tuesday.pcap --database week.db
        \(Program.name) import node.pcap --filter '\(Program.portFilter)'
        \(Program.name) import captures/ --database all.db     # a folder, or a pattern: 'captures/*.pcap.gz'
        tcpdump -w - | \(Program.name) import -
        \(Program.name) import node.pcap --serve          # look while it runs, and after
        \(Program.name) import office.pcap --detect       # connections of the protocol, whatever their ports
      """)

  @Argument(help: ArgumentHelp("Capture files, folders or patterns; '-' is standard input.", valueName: "file"))
  var files: [String]
  @OptionGroup var common: ConfigurationOptions
  @Option(help: ArgumentHelp("Import only packets that match a BPF filter.", valueName: "bpf"))
  var filter: String?
  @OptionGroup var detection: DetectionOptions
  @Flag(help: "Import files that were imported before once more.")
  var again = false
  @Flag(help: "Fail if a capture is cut off or damaged; what can be read is imported all the same.")
  var strict = false

  @Flag(help: "Open the web console at once, and stay until ctrl-c.")
  var serve = false
  @OptionGroup var web: WebOptions

  func run() throws {
    let display = ProgressDisplay()
    guard !serve else {
      return try reportingErrors {
        let arguments = web.arguments.merging(detection.arguments) { first, _ in first }
        let session = try Session(hasConsole: true, display: display) { [common] () throws(CaptureError) in
          try common.resolve(arguments)
        }
        try session.importFiles(ImportRequest(files, filter: filter, isAgain: again))
      }
    }
    let configuration = try reportingErrors { try common.resolveAloud(detection.arguments) }
    let store = try reportingErrors { try configuration.store() }
    let watch = StoreWatch()
    let importer = Importer(
      into: store, as: Program.specification, filter: filter, options: configuration.decodingOptions
    ) { progress in
      for (_, text) in watch.news(progress.store) {
        display.clear()
        complain(text)
      }
      display.show(progress)
      return true
    }
    let summaries = try reportingErrors { try importer.run(files, again: again) }
    display.clear()
    ImportReport(summaries: summaries, detects: configuration.decodingOptions.detects).print()
    print("database: \(store.name)")
    guard !strict || !summaries.contains(where: { $0.damage != nil }) else {
      complain("a capture is damaged, and --strict makes that an error; what can be read is in the database")
      throw ExitCode.failure
    }
  }
}

/// Runs what may fail with a line of words, and exits with status 1 after printing it.
func reportingErrors<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch
    where error is CaptureError || error is QueryError || error is ExportError || error is FileFailure
    || error is DatabaseFolderError
  {
    complain("\(error)")
    throw ExitCode.failure
  }
}
