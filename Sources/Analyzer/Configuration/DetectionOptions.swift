import ArgumentParser
import Capture
import Settings

/// The option of commands that decode captures.
struct DetectionOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Tell connections on other ports by what they carry: those of the protocol are decoded, others left out.",
      discussion: "Without it whatever comes is decoded, on whatever port."))
  var detect = false

  /// For the configuration.
  var arguments: [String: Setting.Value?] { ["capture.detect": detect ? .flag(true) : nil] }

  /// For commands that have no configuration.
  var options: DecodingOptions {
    var options = DecodingOptions()
    options.detects = detect
    return options
  }
}
