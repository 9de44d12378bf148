import Foundation
import Testing

@testable import Capture
@testable import ClickHouseStore

@Suite struct AddressTests {
  @Test(arguments: [
    ("clickhouse://ann@db.example.net:9123/nano", false, "ann", ["db.example.net:9123"], "nano"),
    ("clickhouses://db/nano", true, "default", ["db:8443"], "nano"),
    ("https://ann@db/", true, "ann", ["db:8443"], "default"),
    ("http://db", false, "default", ["db:8123"], "default"),
    (
      "clickhouse://a@one,two:81,[::1]:82,[fe80::1]/x/", false, "a",
      ["one:8123", "two:81", "[::1]:82", "[fe80::1]:8123"], "x"
    ),
    ("CLICKHOUSE://a%40b@db/my%20data", false, "a@b", ["db:8123"], "my data"),
  ]) func `what an address says`(text: String, isSecure: Bool, user: String, hosts: [String], database: String) throws {
    let address = try ClickHouseAddress(text)
    #expect(ClickHouseAddress.isAddress(text))
    #expect(address.isSecure == isSecure)
    #expect(address.user == user)
    #expect(address.hosts.map(\.authority) == hosts)
    #expect(address.database == database)
    // What it is called can be given back.
    #expect(try ClickHouseAddress(address.description) == address)
  }

  @Test(arguments: [
    "ftp://db/x", "clickhouse://a:hush@db/x", "clickhouse://a:hush@/x", "clickhouse://", "clickhouse://db:0/x",
    "clickhouse://db:hush/x", "clickhouse://db:65536/x", "clickhouse://db,/x", "clickhouse://@db/x",
    "clickhouse://db/x/y",
    "clickhouse://db/x?password=hush", "clickhouse://db/x#hush", "clickhouse://d b/x", "clickhouse://%zz@db/x",
  ]) func `what is no address`(text: String) {
    let error = #expect(throws: CaptureError.self) { try ClickHouseAddress(text) }
    #expect(error?.description.contains("hush") == false)
  }

  @Test(arguments: ["nano.db", "/var/lib/nano.db", "a://b", "C:clickhouse"])
  func `paths are no addresses`(path: String) { #expect(!ClickHouseAddress.isAddress(path)) }

  // MARK: Passwords

  @Test func `passwords are never shown`() {
    let password = ClickHousePassword("hush")
    var dumped = ""
    dump(password, to: &dumped)
    for text in ["\(password)", String(reflecting: password), String(describing: password), dumped, "\([password])"] {
      #expect(!text.contains("hush"))
    }
    #expect(password.secret == "hush")
  }

  @Test func `passwords come from a file or the environment`() throws {
    func password(_ file: String?, _ environment: [String: String]) throws -> ClickHousePassword {
      try ClickHousePassword(file: file, variable: "PASSWORD", environment: environment)
    }
    let folder = try TestFolder()
    try Data("hush\n".utf8).write(to: folder.url.appending(path: "p"))
    #expect(try password(folder.path("p"), ["PASSWORD": "no"]).secret == "hush")
    #expect(try password(nil, ["PASSWORD": "env", "OTHER": "no"]).secret == "env")
    #expect(try password(nil, [:]).secret == "")
    #expect(throws: CaptureError.self) { try password(folder.path("none"), [:]) }
    try Data("hush\nhush\n".utf8).write(to: folder.url.appending(path: "p"))
    let error = #expect(throws: CaptureError.self) { try password(folder.path("p"), [:]) }
    #expect(error?.description.contains("hush") == false)
  }
}
