import Foundation
import Testing

@testable import Settings

/// Which value is in force, and what is said of wrong ones.
@Suite struct ConfigurationTests {
  private static let settings = [
    Setting("database", .text, .text("standard.db"), ""),
    Setting("web.port", .integer(1...65_535), .integer(8077), ""),
    Setting("web.enabled", .flag, .flag(false), ""),
    Setting("capture.mode", .choice(["fast", "safe"]), .text("safe"), ""),
  ]

  private static let places = Configuration.Places(file: "standard.config", environmentPrefix: "TRAFFIC")
  private static let port = settings[1]

  private func configuration(
    _ text: String? = nil, environment: [String: String] = [:], arguments: [String: Setting.Value] = [:]
  ) throws -> Configuration {
    guard let text else { return try read(nil, environment, arguments) }
    let file = FileManager.default.temporaryDirectory.appending(path: "nanocap-settings-\(UUID().uuidString)")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try read(file.path, environment, arguments)
  }

  private func read(
    _ file: String?, _ environment: [String: String], _ arguments: [String: Setting.Value]
  ) throws -> Configuration {
    try Configuration(Self.settings, of: Self.places, file: file, environment: environment, arguments: arguments)
  }

  private func contents(_ text: String) throws -> ConfigurationFile {
    try ConfigurationFile(text: text, path: "c", settings: Self.settings)
  }

  private func error(_ text: String) -> String {
    do {
      _ = try contents(text)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  // MARK: Which one counts

  @Test func `the command line beats the environment, which beats the file, which beats the default`() throws {
    let file = #"{"web": {"port": 2}}"#
    let environment = ["TRAFFIC_WEB_PORT": "3", "WEB_PORT": "9"]
    let steps: [(String?, [String: String], [String: Setting.Value], Int, String)] = [
      (nil, [:], [:], 8077, "default"), (file, [:], [:], 2, ":1"),
      (file, environment, [:], 3, "TRAFFIC_WEB_PORT"), (nil, environment, [:], 3, "TRAFFIC_WEB_PORT"),
      (file, environment, ["web.port": .integer(4)], 4, "command line"),
      (file, [:], ["web.port": .integer(4)], 4, "command line"),
    ]
    for (text, environment, arguments, value, source) in steps {
      let configuration = try configuration(text, environment: environment, arguments: arguments)
      #expect(configuration.integer("web.port") == value)
      #expect(configuration.entry(Self.port).source.description.hasSuffix(source), "\(value)")
      #expect(configuration.text("database") == "standard.db", "the others are as they were")
    }
  }

  @Test func `empty texts and zeros stand for nothing`() throws {
    let settings = [Setting("a", .text, .text(""), ""), Setting("n", .integer(0...9), .integer(0), "")]
    let empty = try Configuration(settings, of: Self.places, file: nil, environment: [:])
    #expect(empty.textIfAny("a") == nil && empty.integerIfAny("n") == nil)
    let full = try Configuration(
      settings, of: Self.places, file: nil, environment: [:], arguments: ["a": .text("x"), "n": .integer(1)])
    #expect(full.textIfAny("a") == "x" && full.integerIfAny("n") == 1)
  }

  // MARK: Values

  @Test func `a number is in its range, ends included`() throws {
    for (text, value) in [
      ("1", 1), ("65535", 65_535), ("0", nil), ("65536", nil), ("-1", nil), ("", nil), ("1.5", nil),
    ] {
      #expect(Self.port.value(of: text) == value.map(Setting.Value.integer), "\(text)")
    }
    #expect(error(#"{"web": {"port": 65536}}"#) == "c:1: 'web.port' must be an integer from 1 to 65535")
    #expect(error(#"{"web": {"port": 65535}}"#) == "none")
  }

  @Test func `a limit is none or in its range`() {
    let limit = Setting("keep", .limit(128...1000), .integer(0), "how much is kept")
    for (text, value) in [
      ("0", 0), ("128", 128), ("1000", 1000), ("127", nil), ("1", nil), ("1001", nil), ("-1", nil),
    ] {
      #expect(limit.value(of: text) == value.map(Setting.Value.integer), "\(text)")
    }
    #expect(limit.expectation == "0, or an integer from 128 to 1000")
  }

  @Test func `flags and choices are what they can be, and nothing like it`() {
    for (text, value) in [
      ("true", true), ("1", true), ("false", false), ("0", false), ("yes", nil), ("True", nil), ("", nil), ("2", nil),
    ] {
      #expect(Self.settings[2].value(of: text) == value.map(Setting.Value.flag), "\(text)")
    }
    for (text, isGood) in [("fast", true), ("safe", true), ("fas", false), ("fastsafe", false), ("", false)] {
      #expect((Self.settings[3].value(of: text) != nil) == isGood, "\(text)")
    }
  }

  @Test func `a wrong value of the environment is told with its variable`() {
    let error = #expect(throws: ConfigurationError.self) {
      try configuration(environment: ["TRAFFIC_WEB_PORT": "70000"])
    }
    #expect(error?.description == "TRAFFIC_WEB_PORT is '70000', but must be an integer from 1 to 65535")
  }

  @Test func `texts have quotation marks, and nothing else has`() {
    #expect(error(#"{"database": 5}"#) == "c:1: 'database' must be a text in quotation marks")
    #expect(error("{\n\"web\": {\n\"port\": \"80\"}}") == "c:3: 'web.port' must be an integer from 1 to 65535")
    #expect(error(#"{"web": {"enabled": "true"}}"#) == "c:1: 'web.enabled' must be true or false")
    #expect(error(#"{"capture": {"mode": "slow"}}"#) == "c:1: 'capture.mode' must be one of \"fast\", \"safe\"")
    #expect(error(#"{"web": 5}"#) == "c:1: 'web' must be an object: { … }")
    #expect(error(#"{"web": {"port": [1]}}"#).hasPrefix("c:1: 'web.port' must be"))
  }

  // MARK: Names

  @Test func `an unknown name is a warning with the nearest one, and changes nothing`() throws {
    let file = try contents("{\n  \"web\": {\"prot\": 5},\n  \"databse\": \"x\", \"something else\": 1}")
    #expect(
      file.warnings == [
        "c:2: there is no setting 'web.prot'; did you mean 'web.port'?",
        "c:3: there is no setting 'databse'; did you mean 'database'?",
        "c:3: there is no setting 'something else'",
      ])
    #expect(file.values.isEmpty)
    let configuration = try configuration(environment: ["TRAFFIC_WEB_PROT": "1", "TRAFFIC": "x", "OTHER": "y"])
    #expect(configuration.warnings == ["there is no setting TRAFFIC_WEB_PROT; did you mean TRAFFIC_WEB_PORT?"])
  }

  // MARK: The file

  @Test func `comments and tabs are allowed, and what looks like a comment in a text is none`() throws {
    let file = try contents(
      "// about\n{\t\"database\": \"http://x//y\\\"//z\", // \"web\": {\n\"web\": {\"port\": 7} // end\n}//")
    #expect(file.values.map(\.value) == [.text("http://x//y\"//z"), .integer(7)])
    #expect(file.values.map(\.line) == [2, 3])
    #expect(try contents("\t{\"database\":\t\"x\"}\t\n\t").values.map(\.value) == [.text("x")])
    #expect(ConfigurationFile.withoutComments("a / b /c// d\ne") == "a / b /c    \ne")
  }

  @Test func `what is no JSON is told at its place`() {
    #expect(error("{\n\"web\": {\n").hasPrefix("c:3:1: is not JSON: "))
    #expect(error("[1]") == "c:1: must be a JSON object: { … }")
    #expect(error("{\"database\": \"a\", \"database\": \"b\"}").contains("comes twice"))
    #expect(error("") == "none")
  }

  @Test func `a file that is named must be there`() {
    let error = #expect(throws: ConfigurationError.self) { try read("/nonexistent/c", [:], [:]) }
    #expect(error?.description == "/nonexistent/c: cannot be read; is there such a file?")
  }

  @Test func `texts are written as JSON has them`() {
    #expect(jsonText("a\"b\\c\n\r\t\u{1}é") == #""a\"b\\c\n\r\t\u0001é""#)
    #expect("\(Setting.Value.text("x"))" == "\"x\"" && "\(Setting.Value.flag(true))" == "true")
  }
}
