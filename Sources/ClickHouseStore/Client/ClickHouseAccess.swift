import Capture

/// What it takes to reach a store's servers.
struct ClickHouseAccess: Sendable {
  /// Where they are.
  var address: ClickHouseAddress
  /// The user's password.
  var password = ClickHousePassword()
  /// The path of a PEM file with the certificates that may have signed the servers'; nil for the system's.
  var certificates: String?
  /// Who asks, for the server's logs.
  var agent = ClickHouseClient.defaultAgent

  /// - Throws: Where the file of certificates cannot be used.
  func client() throws(CaptureError) -> ClickHouseClient {
    try ClickHouseClient(address, password: password, certificates: certificates, agent: agent)
  }
}
