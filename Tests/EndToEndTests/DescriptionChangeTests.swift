import Foundation
import Testing

/// What an author of a protocol change does: edit the description, build, import.
extension AuthorPackageTests {
  @Test func `a message, a field and a response stream need no edit but the description's`() throws {
    let folder = try TemporaryFolder()
    let copy = folder.url.appending(path: "changed")
    try FileManager.default.createDirectory(at: copy.appending(path: "Sources"), withIntermediateDirectories: true)
    for name in ["protocol", "Sources/NanoParser", "Sources/CSodium"] {
      try FileManager.default.copyItem(at: Place.root.appending(path: name), to: copy.appending(path: name))
    }
    try edit(copy.appending(path: "protocol/nano.ksy"))
    try addImporter(to: copy)
    let package = AuthorPackage(copy)
    let program = try package.build(product: "importer")

    // A keepalive with the new field, the new message, and its answer.
    func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [0x52, 0x43, 22, 22, 18, type, 0, 0] + body }
    let keepalive = message(2, [UInt8](repeating: 0, count: 144) + [0x2A, 0])
    let entry = [UInt8](repeating: 0xAB, count: 32) + [7]
    let payloads: [(Int, [UInt8])] = [
      (0, keepalive), (0, message(0x20, [5, 0])), (1, entry + entry), (1, [UInt8](repeating: 0, count: 33)),
      (1, keepalive),
    ]
    let capture = folder.path("new.pcap")
    try CaptureFile.write(payloads.map { (direction: $0.0, bytes: $0.1) }, to: capture)
    let outcome = try run(program, [capture, folder.path("new.db")])
    try #require(outcome.status == 0, "\(outcome.errors)")

    let database = try Database(folder.path("new.db"))
    #expect(try database.values("SELECT mood FROM keepalive ORDER BY id") == ["42", "42"])
    #expect(try database.values("SELECT depth FROM score_request") == ["5"])
    #expect(
      try database.rows("SELECT score_request_id, hash, score FROM score_response").map { $0["score"] } == ["7", "7"])
    #expect(try database.values("SELECT DISTINCT hash FROM score_response") == [String(repeating: "AB", count: 32)])
    #expect(
      try database.values("SELECT event FROM connection WHERE event LIKE '%score%'")
        == ["end of score_req. valid entries: 2, invalid: 0", "score_req"])
    #expect(try database.count("SELECT count(*) FROM decode_issue") == 0)

    // Nothing is compiled again where nothing has changed, and a changed description is.
    // The first build of a target is another plan than that of the product before, and runs the plugin once more.
    for isAgain in [false, true] { _ = try built(package, isAgain: isAgain) }
    #expect(try !built(package).contains("nano.ksy"))
    try append("\n# A comment.\n", to: copy.appending(path: "protocol/nano.ksy"))
    #expect(try built(package).contains("nano.ksy"))
    try append("\n-- A comment.\n", to: copy.appending(path: "protocol/nano.views.sql"))
    #expect(try built(package).contains("nano.ksy"))
    try append("\nNothing.\n", to: copy.appending(path: "protocol/README.md"))
    #expect(try !built(package).contains("nano.ksy"))

    // A mistake is told at its place, by the build itself.
    try append("  broken:\n    seq:\n      - {id: x, type: u3}\n", to: copy.appending(path: "protocol/nano.ksy"))
    let broken = try package.build("--target", "ChangedParser")
    let lines =
      try String(contentsOf: copy.appending(path: "protocol/nano.ksy"), encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false
      ).count - 1
    #expect(broken.status != 0)
    #expect((broken.output + broken.errors).contains("protocol/nano.ksy:\(lines):23: error: unknown type 'u3'"))
  }

  /// Nano's parser with its description, on the engine that all packages of these tests share, and as much of a program as
  /// an import needs.
  private func addImporter(to package: URL) throws {
    // Targets of one build have different names, modules need not.
    let manifest = """
      // swift-tools-version: 6.2
      import PackageDescription

      let strict: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
      ]
      let package = Package(
        name: "changed", dependencies: [.package(name: "nanocap", path: "\(Place.root.path)")],
        targets: [
          .systemLibrary(name: "ChangedSodium", path: "Sources/CSodium", pkgConfig: "libsodium"),
          .target(
            name: "ChangedParser",
            dependencies: ["ChangedSodium", .product(name: "ParserRuntime", package: "nanocap")],
            path: "Sources/NanoParser", exclude: ["parsergen.json"], swiftSettings: strict,
            plugins: [.plugin(name: "ParserGenPlugin", package: "nanocap")]),
          .executableTarget(
            name: "importer", dependencies: ["ChangedParser", .product(name: "Capture", package: "nanocap")],
            swiftSettings: strict),
        ], swiftLanguageModes: [.v6])
      """
    try Data(manifest.utf8).write(to: package.appending(path: "Package.swift"))
    let folder = package.appending(path: "Sources/importer")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let code = """
      import Capture
      import ChangedParser

      let arguments = CommandLine.arguments
      _ = try Importer(into: arguments[2], as: NanoSpecification.self).run([arguments[1]])
      """
    try Data(code.utf8).write(to: folder.appending(path: "main.swift"))
  }

  private func edit(_ file: URL) throws {
    var text = try String(contentsOf: file, encoding: .utf8)
    func replace(_ old: String, _ new: String) throws {
      try #require(text.contains(old), "\(old)")
      text = text.replacingOccurrences(of: old, with: new)
    }
    try replace(
      "        'message_type::vote_relay_req': msg_vote_relay\n",
      "        'message_type::vote_relay_req': msg_vote_relay\n        'message_type::score_req': msg_score_req\n")
    try replace("    0x10: {id: vote_relay_req", "    0x20: score_req\n    0x10: {id: vote_relay_req")
    try replace(
      "    doc: Tells the peer of eight others.\n    -sql: {table: none, summary: 'peers {peers}'}\n",
      "    doc: Tells the peer of eight others.\n    -sql: {table: keepalive}\n")
    try replace("  peer:\n    doc:", "      - {id: mood, type: u2}\n\n  peer:\n    doc:")
    text += [
      "  msg_score_req:", "    -sql: {table: score_request}", "    -stream: {answered-by: score_response}", "    seq:",
      "      - {id: depth, type: u2}", "  score_response:", "    seq:",
      "      - {id: scores, type: score, repeat: until, repeat-until: _.score == 0, "
        + "-sql: {table: score_response, terminator: omit}}", "  score:", "    seq:", "      - {id: hash, size: 32}",
      "      - {id: score, type: u1}", "",
    ].joined(separator: "\n")
    try Data(text.utf8).write(to: file)
  }

  private func append(_ more: String, to file: URL) throws {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    try Data((text + more).utf8).write(to: file)
  }

  /// What a build of the parser says it did.
  private func built(_ package: AuthorPackage, isAgain: Bool = true) throws -> String {
    let outcome = try package.build("--target", "ChangedParser", isAgain: isAgain)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output + outcome.errors
  }
}
