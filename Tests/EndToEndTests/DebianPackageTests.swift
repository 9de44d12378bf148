import Foundation
import Testing

/// The package for Debian, made of the built program.
@Suite struct DebianPackageTests {
  @Test func `the package has what its service needs, and says what it needs itself`() throws {
    let folder = try TemporaryFolder()
    let script = Place.root.appending(path: "Packaging/deb")
    let made = try run(script, [Place.programs.appending(path: "nanocap").path, folder.url.path])
    try #require(made.status == 0, "\(made.errors)")
    let package = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let version = try nanocap("--version").output.split(separator: " ").last.map {
      $0.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    #expect(try system("dpkg-deb", "--field", package, "Version").output == "\(version ?? "")\n")
    let depends = try system("dpkg-deb", "--field", package, "Depends").output
    for library in ["libpcap0.8", "libsqlite3-0", "libsodium23"] { #expect(depends.contains(library), "\(depends)") }
    let root = folder.path("root")
    try #require(try system("dpkg-deb", "--raw-extract", package, root).status == 0)
    #expect(
      try String(contentsOfFile: root + "/DEBIAN/conffiles", encoding: .utf8) == "/etc/nanocap/nanocap.config\n")
    // What the service starts is there, and takes the configuration that it is given.
    let unit = try String(contentsOfFile: root + "/lib/systemd/system/nanocap.service", encoding: .utf8)
    let start = try #require(unit.split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
    let words = start.dropFirst("ExecStart=".count).split(separator: " ").map(String.init)
    try #require(words.count == 3 && words[1] == "--config")
    let checked = try run(URL(filePath: root + words[0]), ["config", "check", "--config", root + words[2]])
    #expect(checked.status == 0, "\(checked.errors)")
    for script in ["postinst", "prerm", "postrm"] {
      #expect(try system("sh", "-n", "\(root)/DEBIAN/\(script)").status == 0)
    }
  }
}
