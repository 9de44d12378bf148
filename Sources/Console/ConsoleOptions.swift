import Foundation

/// How the console is reached, and what it lets people do.
public struct ConsoleOptions: Sendable {
  /// The address to listen on. Where that is not this machine alone, `token` is needed.
  public var bind = "127.0.0.1"
  /// The TCP port; 0 takes a free one.
  public var port = 8077
  /// Whoever has it may do everything; empty: nobody is asked, which is only possible on this machine's own address.
  public var token = ""
  /// Names by which the machine may be called, besides addresses and `localhost`.
  public var hosts: [String] = []
  /// The folder that files may be imported from; nil for none.
  public var importFolder: String?
  /// The folder whose databases are shown too; nil for none.
  public var databaseFolder: String?
  /// The file that has the queries which people save; it is made when the first one is.
  public var savedQueries = "queries.json"
  /// Queries to begin with: what each is for, and its text.
  public var examples: [(name: String, query: String)] = []
  /// What `status` says.
  public var version = ""
  /// Bounds of what a request may take.
  public var limits = Limits()

  /// On this machine alone, without a token.
  public init() {}

  /// Bounds of what a request may take.
  public struct Limits: Sendable {
    /// Rows of a result that is not downloaded.
    public var rows = 10_000
    /// Rows of a result that the page shows, which is sent while it is made.
    public var pageRows = 1_000_000
    /// Bytes of the values of a result that is made before it is sent.
    public var resultBytes = 32 << 20
    /// Seconds for a query that asks for no other time.
    public var seconds: Double = 10
    /// Seconds for a query at the most, whatever it asks for.
    public var maximumSeconds: Double = 300
    /// Seconds for what a page asks of the schema, and is nothing without; or as many as a query has, if those are more.
    public var schemaSeconds: Double = 30
    /// Queries that run at once.
    public var queries = 8
    /// Queries that may wait to run; those beyond are refused.
    public var waitingQueries = 64
    /// Memory of SQLite, in bytes, above which queries end.
    public var memory = 1 << 30
    /// Bytes of a request's body.
    public var bodyBytes = 1 << 20
    /// Bytes of a capture file that is sent to be imported.
    public var uploadBytes = 16 << 30
    /// Bytes of a request's header.
    public var headerBytes = 32 << 10
    /// Connections at once.
    public var connections = 256
    /// Who may listen to events at once.
    public var listeners = 32
    /// Seconds in which a request must be there, of a capture file its next part, and in which a client must take what it
    /// was sent.
    public var clientSeconds: Int64 = 20
    /// Seconds that a connection may be idle.
    public var idleSeconds: Int64 = 75
    /// Seconds that open requests have to end when the console stops, and again to be cancelled: a process in which they
    /// take longer is ended.
    public var stopSeconds: Int64 = 3

    /// Bounds for a few people at a time.
    public init() {}
  }

  /// Whether only this machine can reach the address.
  public var isLocal: Bool { bind == "localhost" || bind == "::1" || bind.hasPrefix("127.") }
}
