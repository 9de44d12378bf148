import NIOCore

/// What is asked of a server.
struct ClickHouseRequest: Sendable {
  /// A statement in ClickHouse's SQL.
  var statement: String
  /// The rows of an INSERT, compressed by gzip: of a body that is not, and that is cut between two rows, the server takes
  /// what it got and calls that a success.
  var rows: ByteBuffer?
  /// Settings and parameters for this statement alone; the values need no quotes.
  var settings: [(name: String, value: String)] = []
  /// Whether tables are those of the address's database; not where that may have to be made first.
  var inDatabase = true
  /// What the statement is called while it runs. The server runs no two of one name at once.
  var queryID: String?
  /// When to give up waiting for the answer.
  var timeout = Duration.seconds(60)

  init(_ statement: String, timeout: Duration = .seconds(60)) {
    self.statement = statement
    self.timeout = timeout
  }

  /// Where it goes on a host. With rows the statement is here too, since the body is only theirs.
  func url(_ host: ClickHouseAddress.Host, _ address: ClickHouseAddress) -> String {
    var parameters = settings
    if inDatabase { parameters.append(("database", address.database)) }
    if let queryID { parameters.append(("query_id", queryID)) }
    if rows != nil { parameters.append(("query", statement)) }
    let query = parameters.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
    return "http\(address.isSecure ? "s" : "")://\(host.authority)/?\(query)"
  }

  /// As a value in a URL's query, where nothing of it has a meaning.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return escaped
  }
}
