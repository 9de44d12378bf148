import HTTPTypes
import Hummingbird
import ParserRuntime

/// Lets only those in who may: the page itself, and programs on this machine or with the token.
///
/// A page of somebody else, open in the same browser, can make the browser send requests here. Its name gives it away
/// in Host if it had its name point here (DNS rebinding), and in Origin, Referer or Sec-Fetch-Site if not.
struct RequestGuard: RouterMiddleware {
  typealias Context = ConsoleContext

  private static let open: Set<String> = ["/healthz"]

  let options: ConsoleOptions
  let program: SpecificationInfo.Program

  private var cookie: String { program.identifier + "_token" }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard let host = request.head.authority, isKnown(host) else {
      throw APIError(
        .misdirectedRequest, "this host name is not one of the console's; use its address, or add the name to web.hosts"
      )
    }
    guard !isFromElsewhere(request, host) else {
      throw APIError(
        .forbidden, "requests of other sites are not allowed; a proxy must pass on the header Host as it came")
    }
    if !options.token.isEmpty, !Self.open.contains(request.uri.path) {
      if request.uri.path == "/", let token = request.uri.queryParameters["token"] { return try enter(String(token)) }
      guard let token = token(of: request), isRight(token) else {
        throw APIError(
          .unauthorized,
          "a token is needed: open the address that \(program.name) printed at its start, or send "
            + "'Authorization: Bearer …'")
      }
    }
    return try await next(request, context)
  }

  // MARK: Host

  private func isKnown(_ authority: String) -> Bool {
    let name = Self.hostName(authority)
    if name == "localhost" || options.hosts.contains(where: { $0.lowercased() == name }) { return true }
    if name.hasPrefix("["), name.hasSuffix("]") { return name.dropFirst().dropLast().allSatisfy(isOfIPv6) }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }

  private func isOfIPv6(_ character: Character) -> Bool { character.isHexDigit || character == ":" || character == "." }

  /// Without the port.
  private static func hostName(_ authority: String) -> String {
    let text = authority.lowercased()
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") else { return text }
    return String(text[..<colon])
  }

  // MARK: Other sites

  private func isFromElsewhere(_ request: Request, _ host: String) -> Bool {
    // Somebody's link to the page is fine; it does nothing by itself.
    let changesNothing = request.method == .get && !request.uri.path.contains("/api/")
    if changesNothing { return false }
    if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { return true }
    for name in [HTTPField.Name.origin, .referer] {
      guard let value = request.headers[name] else { continue }
      let parts = value.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
      if parts.count < 3 || parts[2].lowercased() != host.lowercased() { return true }
    }
    return false
  }

  // MARK: The token

  private func enter(_ token: String) throws -> Response {
    guard isRight(token) else { throw APIError(.unauthorized, "the token in this address is wrong") }
    // The page goes on without the token in its address, which would stay in the browser's history. Place and cookie are
    // relative to the page, which may be below a path of a proxy.
    return Response(
      status: .seeOther,
      headers: [
        .location: "./", .setCookie: "\(cookie)=\(token); HttpOnly; SameSite=Strict",
      ])
  }

  private func token(of request: Request) -> String? {
    if let header = request.headers[.authorization] {
      let parts = header.split(separator: " ", maxSplits: 1)
      return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
    }
    return request.cookies[cookie]?.value
  }

  /// In the same time wherever the first difference is.
  private func isRight(_ token: String) -> Bool {
    let (given, wanted) = (Array(token.utf8), Array(options.token.utf8))
    guard given.count == wanted.count else { return false }
    return zip(given, wanted).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
