import Foundation
import Testing

@Suite struct ConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: folder.path("my.config")))
    return folder.path("my.config")
  }

  @Test func `command line beats environment beats file, and all are told with their places`() throws {
    let path = try file(
      "{\n // http://a\n \"database\": \"file//.db\", // end\n \"web\": {\"port\": 1},\n\t\"log_level\": \"error\"}")
    let outcome = try system(
      "env", "NANOCAP_WEB_PORT=2", "NANOCAP_LOG_LEVEL=debug", Place.programs.appending(path: "nanocap").path, "config",
      "show", "--config", path, "--set", "log_level=warning")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    for part in [
      "\"database\": \"file//.db\",", "// \(path):3; ", "\"port\": 2,", "// NANOCAP_WEB_PORT; ",
      "\"log_level\": \"warning\",", "// command line; ", "\"raw_details\": false", "// default; ",
    ] { #expect(outcome.output.contains(part), "\(part)") }
  }

  @Test func `what is shown is a configuration that gives the same`() throws {
    let shown = try nanocap("config", "show", "--set", "capture.filter=tcp and \"x\\", "--set", "capture.write_files=7")
    let path = try file(shown.output)
    let check = try nanocap("config", "check", "--config", path)
    #expect(check.status == 0 && check.output.contains("all is well"), "\(check.errors)")
    let again = try nanocap("config", "show", "--config", path)
    func values(_ text: String) -> [String] { text.split(separator: "\n").map { String($0.prefix { $0 != "/" }) } }
    #expect(values(again.output) == values(shown.output))
  }

  @Test(
    arguments: [
      ("{\"web\": {\n\"port\": \"80\"}}", "my.config:2: 'web.port' must be an integer from 0 to 65535"),
      ("{\"web\": {\"port\": 65536}}", "my.config:1: 'web.port' must be an integer from 0 to 65535"),
      ("{\"web\": 5}", "my.config:1: 'web' must be an object"),
      ("{\n\"web\": {\n\"port\": 80", "is not JSON: "),
      ("{\"capture\": {\"enabled\": \"yes\"}}", "'capture.enabled' must be true or false"),
      ("{\"capture\": {\"filter\": true}}", "'capture.filter' must be a text"),
      ("{\"capture\": {\"checksums\": \"drpo\"}}", "'capture.checksums' must be one of \"ignore\", \"drop\""),
      ("{\"capture\": {\"fliter\": \"\"}}", "there is no setting 'capture.fliter'; did you mean 'capture.filter'?"),
      ("{\"databse\": \"a\"}", "did you mean 'database'?"), ("[1]", "must be a JSON object"),
      ("{\"database\": \"a\", \"database\": \"b\"}", "'database' comes twice"),
    ])
  func `what is wrong is told with its line`(text: String, message: String) throws {
    let outcome = try nanocap("config", "check", "--config", try file(text))
    #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains("my.config:"))
  }

  @Test(arguments: ["web.port", "web.prot=1", "web.port=x", "=", ""])
  func `a setting of the command line is one that there is, with a value that it can have`(text: String) throws {
    let outcome = try nanocap("config", "show", "--set", text)
    #expect(outcome.status == 1 && outcome.errors.contains("--set \(text): "), "\(outcome)")
  }

  @Test func `without a command the configuration says what is done`() throws {
    let idle = try nanocap("--config", try file("{\"web\": {\"enabled\": false}}"))
    #expect(idle.status == 1 && idle.errors.contains("the configuration enables nothing"))
    let wrong = try nanocap("--config", try file("{\"capture\": {\"enabled\": true, \"interface\": \"no-such\"}}"))
    #expect(wrong.status == 1 && wrong.errors.contains("no-such: there is no such interface"))
    let missing = try nanocap("--config", folder.path("none"))
    #expect(missing.status == 1 && missing.errors.contains("none: cannot be read"))
    let help = try nanocap(folder: folder.url)
    #expect(help.status == 0 && help.output.contains("USAGE: nanocap"))
  }

  // MARK: Details

  @Test func `details that are not wanted are not stored, and the rest is the same`() throws {
    let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path
    func database(_ name: String, _ settings: String...) throws -> Database {
      let arguments =
        ["import", sample, "--database", folder.path(name)] + settings.flatMap { ["--set", "capture." + $0] }
      #expect(try run(Place.programs.appending(path: "nanocap"), arguments).status == 0)
      return try Database(folder.path(name))
    }
    let all = try database("all.db")
    let none = try database(
      "none.db", "block_details=false", "bootstrap_details=false", "connection_details=false", "raw_details=true")
    for table in ["message", "vote", "flow", "frontier_request", "bulk_pull_request"] {
      let sql = "SELECT count(*) FROM \(table)"
      #expect(try all.count(sql) == none.count(sql) && all.count(sql) > 0)
    }
    for table in [
      "block_state", "frontier_response", "bulk_pull_response", "bulk_pull_account_response",
      "flow_event",
    ] {
      #expect(try all.count("SELECT count(*) FROM \(table)") > 0 && none.count("SELECT count(*) FROM \(table)") == 0)
    }
    #expect(try all.count("SELECT count(*) FROM message_bytes") == 0)
    #expect(
      try none.count(
        "SELECT count(*) FROM message m JOIN message_bytes b ON b.message_id = m.id WHERE length(b.bytes) = m.length AND hex(substr(b.bytes, 1, 2)) = '52' || printf('%02X', network_id)"
      )
        == none.count("SELECT count(*) FROM message"))
    let blocks = try database("blocks.db", "block_details=false")
    #expect(
      try blocks.count("SELECT count(*) FROM bulk_pull_response WHERE content_table IS NULL")
        == all.count("SELECT count(*) FROM bulk_pull_response"))
    let sizes = try ["all.db", "blocks.db"].map { name in
      try FileManager.default.attributesOfItem(atPath: folder.path(name))[.size] as? Int ?? 0
    }
    #expect(sizes[1] < sizes[0])
  }
}
