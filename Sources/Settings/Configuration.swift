import Foundation

/// The values in force: those of the command line before those of the environment before those of the file.
package struct Configuration {
  /// Where a value comes from.
  package enum Source: CustomStringConvertible {
    case standard
    case file(String, line: Int)
    case environment(String)
    case commandLine

    package var description: String {
      switch self {
      case .standard: "default"
      case .file(let path, let line): "\(path):\(line)"
      case .environment(let name): name
      case .commandLine: "command line"
      }
    }
  }

  /// Where a program's settings are looked for.
  package struct Places: Sendable {
    /// The file that is read if none is named, and if it is there.
    package let file: String
    /// What names of environment variables begin with, before a `_`.
    package let environmentPrefix: String

    package init(file: String, environmentPrefix: String) {
      self.file = file
      self.environmentPrefix = environmentPrefix
    }
  }

  private var entries: [String: (value: Setting.Value, source: Source)] = [:]
  private let settings: [Setting]
  package private(set) var warnings: [String] = []
  /// The file that was read; nil if there was none.
  package let file: String?

  /// - Parameters:
  ///   - file: nil for that of the program in the working folder, which need not be there.
  ///   - arguments: values of the command line, by key.
  package init(
    _ settings: [Setting], of places: Places, file: String?, environment: [String: String],
    arguments: [String: Setting.Value] = [:]
  ) throws(ConfigurationError) {
    self.settings = settings
    self.file = file ?? (FileManager.default.fileExists(atPath: places.file) ? places.file : nil)
    for setting in settings { entries[setting.key] = (setting.standard, .standard) }
    if let path = self.file {
      let contents = try ConfigurationFile(path: path, settings: settings)
      warnings += contents.warnings
      for (setting, value, line) in contents.values { entries[setting.key] = (value, .file(path, line: line)) }
    }
    try read(environment, places.environmentPrefix)
    for (key, value) in arguments { entries[key] = (value, .commandLine) }
  }

  private mutating func read(_ environment: [String: String], _ prefix: String) throws(ConfigurationError) {
    let names = settings.map { $0.environmentName(prefix) }
    for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix + "_") {
      guard let index = names.firstIndex(of: name) else {
        let nearest = Setting.nearest(to: name, in: names)
        warnings.append("there is no setting \(name)\(nearest.map { "; did you mean \($0)?" } ?? "")")
        continue
      }
      let setting = settings[index]
      guard let value = setting.value(of: text) else {
        throw ConfigurationError("\(name) is '\(text)', but must be \(setting.expectation)")
      }
      entries[setting.key] = (value, .environment(name))
    }
  }

  // MARK: Values

  package func entry(_ setting: Setting) -> (value: Setting.Value, source: Source) {
    entries[setting.key] ?? (setting.standard, .standard)
  }

  package func flag(_ key: String) -> Bool { entries[key]?.value == .flag(true) }

  package func integer(_ key: String) -> Int {
    if case .integer(let value)? = entries[key]?.value { value } else { 0 }
  }

  package func text(_ key: String) -> String {
    if case .text(let value)? = entries[key]?.value { value } else { "" }
  }

  /// A text that may be left empty.
  package func textIfAny(_ key: String) -> String? { text(key).isEmpty ? nil : text(key) }

  /// A number of which 0 means none.
  package func integerIfAny(_ key: String) -> Int? { integer(key) == 0 ? nil : integer(key) }
}
