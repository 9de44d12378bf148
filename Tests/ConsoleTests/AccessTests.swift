import Capture
import Foundation
import Testing

@testable import Console

/// Who is let in.
@Suite struct AccessTests {
  private static let secret = "Kq7-mPz2_Xw9dLr4"

  /// Secrets that are right but for a little.
  private static let nearlyRight: [String] = {
    let prefixes = (0..<secret.count).map { String(secret.prefix($0)) }
    let suffixes = (1..<secret.count).map { String(secret.suffix($0)) }
    let changed = secret.indices.map { place in
      secret.replacingCharacters(in: place...place, with: secret[place] == "x" ? "y" : "x")
    }
    return prefixes + suffixes + changed
      + [secret + "x", secret + secret, "x" + secret, secret.uppercased(), secret.lowercased(), "null", "*"]
  }()

  /// A console with a token, which is asked in all ways that there are to give one.
  private struct Locked {
    let console: TestConsole

    init() async throws { console = try await TestConsole.start { $0.token = secret } }

    func statuses(_ token: String) async throws -> [Int] {
      [
        try await console.get("/api/v1/status", "Authorization: Bearer \(token)").status,
        try await console.get("/api/v1/status", "Cookie: nanocap_token=\(token)").status,
        try await console.get("/?token=\(token)").status,
      ]
    }
  }

  @Test func `the token opens the console, and nothing that is nearly right does`() async throws {
    let locked = try await Locked()
    #expect(try await locked.statuses(Self.secret) == [200, 200, 303])
    for token in Self.nearlyRight { #expect(try await locked.statuses(token) == [401, 401, 401], "'\(token)'") }
    #expect(try await locked.statuses(Self.secret) == [200, 200, 303])
  }

  @Test func `without a token nothing is told but that the program runs`() async throws {
    let console = try await Locked().console
    for path in ["/", "/app.js", "/api/v1/status", "/api/v1/openapi.json", "/metrics", "/nothing", "/healthz/x"] {
      let answer = try await console.get(path)
      #expect(answer.status == 401 && answer.error.contains("a token is needed"), "\(path)")
    }
    #expect(try await console.get("/healthz").status == 200)
    for header in [
      "Authorization: \(Self.secret)", "Authorization: Basic \(Self.secret)", "Authorization: Bearer",
      "Cookie: other=\(Self.secret)", "X-Token: \(Self.secret)",
    ] {
      #expect(try await console.get("/api/v1/status", header).status == 401, "\(header)")
    }
    // The name of the scheme is not written in one way only (RFC 9110, section 11.1).
    #expect(try await console.get("/api/v1/status", "authorization: bearer \(Self.secret)").status == 200)
    // A token in the address is for the page, not for programs, whose addresses end up in logs.
    #expect(try await console.get("/api/v1/status?token=\(Self.secret)").status == 401)
  }

  @Test func `a wrong token in a header is not mended by a right cookie`() async throws {
    let console = try await Locked().console
    let cookie = "Cookie: nanocap_token=\(Self.secret)"
    #expect(try await console.get("/api/v1/status", cookie, "Authorization: Bearer x").status == 401)
    #expect(try await console.get("/api/v1/status", cookie).status == 200)
  }

  @Test func `the cookie is for this console alone`() async throws {
    let answer = try await Locked().console.get("/?token=\(Self.secret)")
    #expect(answer.head.lowercased().contains("location: ./"))
    #expect(answer.head.contains("nanocap_token=\(Self.secret); HttpOnly; SameSite=Strict"))
  }

  @Test func `where others can reach it a console needs a token`() async throws {
    for bind in ["0.0.0.0", "::", "192.0.2.1", "example.org"] {
      let error = await #expect(throws: CaptureError.self) { try await TestConsole.start { $0.bind = bind } }
      #expect(error?.description.contains("needs a token") == true, "\(bind)")
    }
    for bind in ["127.0.0.1", "127.9.9.9", "localhost", "::1"] {
      var options = ConsoleOptions()
      options.bind = bind
      #expect(options.isLocal)
    }
  }

  @Test func `names that point here are not enough`() async throws {
    let console = try await TestConsole.start { $0.hosts = ["Capture.example"] }
    for host in [
      "evil.example", "127.0.0.1.evil.example", "1.2.3", "1.2.3.4.5", "1.2.3.256", "[::1", "localhost.evil", "[::g]",
    ] {
      #expect(try await console.get("/healthz", "Host: \(host)").status == 421, "\(host)")
    }
    for host in ["127.0.0.1:80", "localhost", "LOCALHOST:1", "[::1]", "[::1]:80", "192.0.2.1", "capture.example:8077"] {
      #expect(try await console.get("/healthz", "Host: \(host)").status == 200, "\(host)")
    }
  }

  @Test func `pages of other sites can do nothing`() async throws {
    let console = try await TestConsole.start()
    let path = "/api/v1/status"
    for header in [
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: null", "Origin: http://evil.example",
      "Origin: http://127.0.0.1:1", "Referer: http://evil.example/127.0.0.1", "Referer: x",
    ] {
      #expect(try await console.get(path, header).status == 403, "\(header)")
    }
    for header in ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: http://127.0.0.1"] {
      #expect(try await console.get(path, header).status == 200, "\(header)")
    }
    // A link to the page is no harm.
    #expect(try await console.get("/", "Referer: http://evil.example/", "Sec-Fetch-Site: cross-site").status == 200)
  }
}
