import ArgumentParser
import Capture
import Settings

/// What `nanocap` does without a command: what the configuration says.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Capture as the configuration says; this is what is done without a subcommand.")

  @OptionGroup var common: ConfigurationOptions

  func run() throws {
    try reportingErrors {
      let configuration = try common.resolve()
      guard configuration.file != nil || configuration.flag("capture.enabled") else {
        return print(Nanocap.helpMessage())
      }
      guard configuration.flag("capture.enabled") else {
        throw CaptureError(
          "the configuration enables nothing: set \"enabled\": true in the section \"capture\", or see 'nanocap --help'"
        )
      }
      if configuration.flag("web.enabled") { complain("this version has no web console yet: only the capture runs") }
      try LiveCaptureRunner { () throws(CaptureError) in try common.resolve() }.run()
    }
  }
}
