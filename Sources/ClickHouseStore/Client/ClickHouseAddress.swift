public import Capture
import Foundation

/// Where a store's servers are, and what it is called there: `clickhouse://user@host:8123/database`.
///
/// The scheme is `clickhouse` for HTTP, `clickhouses` for HTTPS; `http` and `https` mean the same. There may be several
/// hosts, separated by commas, each with a port of its own: where one cannot be reached, the next one is tried. A password
/// is no part of it, since addresses are in process lists, logs and histories; see `ClickHousePassword`.
public struct ClickHouseAddress: Sendable, Hashable, CustomStringConvertible {
  /// A server.
  public struct Host: Sendable, Hashable {
    /// Its name or address; an IPv6 address without brackets.
    public var name: String
    /// The port of its HTTP interface.
    public var port: Int

    /// As in a URL.
    var authority: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
  }

  /// Whether requests go through TLS.
  public var isSecure: Bool
  /// Who asks.
  public var user: String
  /// The servers, in the order in which they are tried; at least one.
  public var hosts: [Host]
  /// The database that has the store's tables.
  public var database: String

  private static let schemes = ["clickhouse": false, "clickhouses": true, "http": false, "https": true]

  /// Whether a store's name is such an address, and not a file's path.
  public static func isAddress(_ name: String) -> Bool {
    guard let end = name.range(of: "://") else { return false }
    return schemes[name[..<end.lowerBound].lowercased()] != nil
  }

  /// - Throws: Where it is no such address. What is wrong is told without the text, which may contain a password.
  public init(_ text: String) throws(CaptureError) {
    guard let end = text.range(of: "://"), let isSecure = Self.schemes[text[..<end.lowerBound].lowercased()] else {
      throw CaptureError("the store's address begins with none of clickhouse://, clickhouses://, http:// and https://")
    }
    self.isSecure = isSecure
    var rest = text[end.upperBound...]
    guard !rest.contains("?"), !rest.contains("#") else {
      throw CaptureError("the store's address ends with the database: it has no parameters")
    }
    var database = Substring()
    if let slash = rest.firstIndex(of: "/") {
      database = rest[rest.index(after: slash)...]
      rest = rest[..<slash]
      if database.hasSuffix("/") { database.removeLast() }
    }
    var user = "default"
    if let at = rest.lastIndex(of: "@") {
      guard !rest[..<at].contains(":") else {
        throw CaptureError(
          "a password does not belong into the store's address, which others can see: "
            + "an environment variable or a file may have it")
      }
      user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    guard let decodedUser = user.removingPercentEncoding, !decodedUser.isEmpty,
      let decodedDatabase = database.removingPercentEncoding, !decodedDatabase.contains("/")
    else { throw CaptureError("the user or the database in the store's address cannot be read") }
    self.user = decodedUser
    self.database = decodedDatabase.isEmpty ? "default" : decodedDatabase
    hosts = try rest.split(separator: ",", omittingEmptySubsequences: false).map { host throws(CaptureError) in
      try Self.host(host, defaultPort: isSecure ? 8443 : 8123)
    }
  }

  private static func host(_ text: Substring, defaultPort: Int) throws(CaptureError) -> Host {
    var (name, port) = (text, Substring())
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      name = text[text.index(after: text.startIndex)..<end]
      port = text[text.index(after: end)...]
    } else if let colon = text.firstIndex(of: ":") {
      name = text[..<colon]
      port = text[colon...]
    }
    // What a URL's host may consist of; anything else would be taken for another part of it.
    let allowed = CharacterSet(charactersIn: "-._:%").union(.alphanumerics)
    guard !name.isEmpty, name.unicodeScalars.allSatisfy(allowed.contains) else {
      throw CaptureError("a host in the store's address has no name that can be used")
    }
    if port.isEmpty { return Host(name: String(name), port: defaultPort) }
    guard port.first == ":", let number = UInt16(port.dropFirst()), number > 0 else {
      throw CaptureError("\(name) has no port that can be used: a number from 1 to 65535 follows the colon")
    }
    return Host(name: String(name), port: Int(number))
  }

  /// The address in full.
  public var description: String {
    let allowed = CharacterSet.urlUserAllowed
    let user = user.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    let database = database.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    let names = hosts.map(\.authority).joined(separator: ",")
    return "clickhouse\(isSecure ? "s" : "")://\(user)@\(names)/\(database)"
  }
}
