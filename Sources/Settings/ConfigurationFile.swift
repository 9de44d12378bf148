import Foundation
import Yams

/// A configuration file: JSON with `//` comments.
///
/// YAML contains JSON, and its parser tells where each value stands.
package struct ConfigurationFile {
  package private(set) var values: [(setting: Setting, value: Setting.Value, line: Int)] = []
  private let settings: [Setting]
  /// What is not understood and may be left.
  package private(set) var warnings: [String] = []

  /// - Throws: What is wrong, with the file and the line.
  package init(path: String, settings: [Setting]) throws(ConfigurationError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError("\(path): cannot be read; is there such a file?")
    }
    guard let text = String(data: data, encoding: .utf8) else { throw ConfigurationError("\(path): is not UTF-8 text") }
    try self.init(text: text, path: path, settings: settings)
  }

  /// - Parameter path: what to call the text in messages.
  package init(text: String, path: String, settings: [Setting]) throws(ConfigurationError) {
    self.settings = settings
    let root: Node?
    do {
      root = try Yams.compose(yaml: Self.withoutComments(text))
    } catch let error as YamlError {
      throw ConfigurationError("\(path)\(Self.place(error)): is not JSON: \(Self.reason(error))")
    } catch {
      throw ConfigurationError("\(path): is not JSON: \(error)")
    }
    guard let root else { return }
    guard case .mapping = root else { throw ConfigurationError("\(path):1: must be a JSON object: { … }") }
    try read(root, "", path)
  }

  private mutating func read(_ node: Node, _ prefix: String, _ path: String) throws(ConfigurationError) {
    guard case .mapping(let mapping) = node else { return }
    for (name, value) in mapping {
      let key = prefix + (name.string ?? "")
      let line = name.mark?.line ?? 0
      if let setting = settings.first(where: { $0.key == key }) {
        values.append((setting, try Self.value(value, setting, "\(path):\(value.mark?.line ?? line)"), line))
      } else if prefix.isEmpty, settings.contains(where: { $0.key.hasPrefix(key + ".") }) {
        guard case .mapping = value else {
          throw ConfigurationError("\(path):\(line): '\(key)' must be an object: { … }")
        }
        try read(value, key + ".", path)
      } else {
        let nearest = Setting.nearest(to: key, in: settings.map(\.key)).map { "; did you mean '\($0)'?" } ?? ""
        warnings.append("\(path):\(line): there is no setting '\(key)'\(nearest)")
      }
    }
  }

  private static func value(_ node: Node, _ setting: Setting, _ place: String) throws(ConfigurationError)
    -> Setting.Value
  {
    if case .scalar(let scalar) = node {
      let isQuoted = scalar.style == .doubleQuoted || scalar.style == .singleQuoted
      let wantsQuotes =
        switch setting.kind {
        case .text, .choice: true
        case .flag, .integer, .limit: false
        }
      if isQuoted == wantsQuotes, let value = setting.value(of: scalar.string) { return value }
    }
    throw ConfigurationError("\(place): '\(setting.key)' must be \(setting.expectation)")
  }

  /// The text with spaces in the place of comments, so that lines and columns stay what they are.
  static func withoutComments(_ text: String) -> String {
    var result = ""
    var (isInText, isEscaped, isComment) = (false, false, false)
    var previous: Character = " "
    for character in text {
      if character.isNewline {
        (isComment, isInText, isEscaped) = (false, false, false)
      } else if isComment {
        result.append(" ")
        continue
      } else if isInText {
        if !isEscaped, character == "\"" { isInText = false }
        isEscaped = !isEscaped && character == "\\"
      } else if character == "\"" {
        isInText = true
      } else if character == "/", previous == "/" {
        result.removeLast()
        result.append("  ")
        (isComment, previous) = (true, " ")
        continue
      }
      // YAML allows no tab where JSON does.
      result.append(character == "\t" ? " " : character)
      previous = isInText ? " " : character
    }
    return result
  }

  private static func place(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      ":\(mark.line):\(mark.column)"
    default: ""
    }
  }

  private static func reason(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    case .duplicatedKeysInMapping(let keys, _): "the key '\(keys.first ?? "")' comes twice"
    default: "\(error)"
    }
  }
}
