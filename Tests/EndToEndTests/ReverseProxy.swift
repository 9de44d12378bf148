import Foundation
import Testing

/// An nginx that has a console below a path of its own, ended with this object.
final class ReverseProxy {
  static let isPossible = (try? system("nginx", "-v").status) == 0

  let url: String
  private let process: Process
  private let folder: TemporaryFolder

  /// - Parameter path: such as `/monitor/nanocap/`; it is stripped.
  init(of console: ConsoleProcess, at path: String, passesHost: Bool = true) throws {
    let folder = try TemporaryFolder()
    chmod(folder.url.path, 0o777)
    var started: (Process, Int)?
    // A port that another program has is tried again with another.
    for _ in 0..<20 where started == nil {
      let port = Int.random(in: 20_000..<32_000)
      started = try Self.start(console, path, port, passesHost, folder).map { ($0, port) }
    }
    let (process, port) = try #require(started, "nginx does not start")
    self.folder = folder
    self.process = process
    url = "http://127.0.0.1:\(port)\(path)"
  }

  deinit { endAtOnce(process) }

  /// - Returns: nil where nginx ends at once, as it does if the port is taken.
  private static func start(
    _ console: ConsoleProcess, _ path: String, _ port: Int, _ passesHost: Bool, _ folder: TemporaryFolder
  ) throws -> Process? {
    let configuration = """
      daemon off; master_process off; pid \(folder.path("pid")); error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path \(folder.path("body")); proxy_temp_path \(folder.path("proxy"));
        fastcgi_temp_path \(folder.path("f")); uwsgi_temp_path \(folder.path("u")); scgi_temp_path \(folder.path("s"));
        server {
          listen 127.0.0.1:\(port);
          location \(path) {
            proxy_pass \(console.url)/;
            \(passesHost ? "proxy_set_header Host $http_host;" : "")
          }
        }
      }
      """
    try Data(configuration.utf8).write(to: folder.url.appending(path: "nginx.conf"))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["nginx", "-p", folder.url.path, "-c", folder.path("nginx.conf")]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try wait(60) {
      try !process.isRunning
        || system("curl", "-s", "-o", "/dev/null", "http://127.0.0.1:\(port)\(path)healthz").status == 0
    }
    return process.isRunning ? process : nil
  }
}
