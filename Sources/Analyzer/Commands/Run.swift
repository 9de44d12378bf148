import ArgumentParser
import Capture
import Settings

/// What the program does without a command: what the configuration says.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Capture and serve the console as the configuration says; this is what is done without a subcommand.")

  @OptionGroup var common: ConfigurationOptions

  func run() throws {
    try reportingErrors {
      let configuration = try common.resolve()
      let captures = configuration.flag("capture.enabled")
      guard configuration.file != nil || captures else { return print(AnalyzerCommand.helpMessage()) }
      guard captures || configuration.flag("web.enabled") else {
        throw CaptureError(
          "the configuration enables nothing: set \"enabled\": true in the section \"capture\" or \"web\", or see '\(Program.name) --help'"
        )
      }
      let database = try configuration.captureStore()
      // Somebody may ask the console as soon as there is one, and before there is anything to capture.
      if !captures, !database.exists { try database.prepare() }
      // Without a capture the console is all there is.
      let session = try Session(hasConsole: captures ? nil : true) { [common] () throws(CaptureError) in
        try common.resolve()
      }
      if captures { try session.capture() } else { session.serveDatabase() }
    }
  }
}
