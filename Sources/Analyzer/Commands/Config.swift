import ArgumentParser
import Capture
import Settings

struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the configuration, or show what is in force.", subcommands: [Check.self, Show.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell what is wrong with the configuration; exit status 1 if something is.")

    @OptionGroup var common: ConfigurationOptions

    func run() throws {
      let configuration = try reportingErrors { try common.resolve() }
      for warning in configuration.warnings { complain(warning) }
      guard configuration.warnings.isEmpty else { throw ExitCode.failure }
      print("\(configuration.file ?? "no configuration file"): all is well")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show all settings, their values, and where each comes from.",
      discussion: "What is printed can be used as a configuration file.")

    @OptionGroup var common: ConfigurationOptions

    func run() throws {
      let configuration = try reportingErrors { try common.resolveAloud() }
      var sections: [(name: String?, lines: [(text: String, comment: String)])] = []
      for setting in Setting.all {
        let parts = setting.key.split(separator: ".").map(String.init)
        let section = parts.count == 2 ? parts[0] : nil
        if sections.last?.name != section || sections.isEmpty { sections.append((section, [])) }
        let (value, source) = configuration.entry(setting)
        sections[sections.count - 1].lines.append(
          ("\(jsonText(parts[parts.count - 1])): \(value)", "// \(source); \(setting.help)"))
      }
      print("{")
      for (index, section) in sections.enumerated() {
        let isLastSection = index == sections.count - 1
        let indent = section.name == nil ? "  " : "    "
        if let name = section.name { print("  \(jsonText(name)): {") }
        for (place, line) in section.lines.enumerated() {
          let isLast = place == section.lines.count - 1 && (section.name != nil || isLastSection)
          print("\(indent)\(line.text)\(isLast ? "" : ",")".padded(to: 44) + " " + line.comment)
        }
        if section.name != nil { print(isLastSection ? "  }" : "  },") }
      }
      print("}")
    }
  }
}
