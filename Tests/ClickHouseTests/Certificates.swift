import Foundation
import Testing

/// A server's certificate, made by openssl, and those of two who could have signed it.
struct Certificates {
  private let folder: TestFolder

  /// PEM files: of the one who signed, and of somebody else.
  var authority: String { folder.path("authority.pem") }
  var stranger: String { folder.path("stranger.pem") }
  var server: String { folder.path("server.pem") }
  var serverKey: String { folder.path("server.key") }

  /// - Parameter names: of the server, as OpenSSL writes alternative names: `DNS:localhost`.
  init(for names: String, in folder: TestFolder) throws {
    self.folder = folder
    for name in ["authority", "stranger"] {
      try openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key",
        "-out", "\(name).pem")
    }
    try openssl(
      "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr")
    try "subjectAltName=\(names)\n".write(toFile: folder.path("names"), atomically: true, encoding: .utf8)
    try openssl(
      "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
      "-days", "2", "-extfile", "names", "-out", "server.pem")
  }

  private func openssl(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments)")
  }
}
