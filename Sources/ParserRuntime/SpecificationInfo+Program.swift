extension SpecificationInfo {
  /// A program for the protocol: what it is called, and what it says of itself. From `meta/-program`.
  public struct Program: Sendable {
    /// What people type to run it.
    public let name: String
    /// The version that it tells.
    public let version: String
    /// What the protocol is called in sentences.
    public let protocolName: String
    /// What the program is for, in a sentence.
    public let summary: String
    /// The configuration file that is read where it is there.
    public let configurationFile: String
    /// What the names of its environment variables begin with, before a `_`.
    public let environmentPrefix: String
    /// The TCP port of its console.
    public let consolePort: Int
    /// What may be asked to begin with.
    public let queries: [Query]

    /// A program of this name; what is nil is made of the name.
    public init(
      name: String, version: String = "", protocolName: String? = nil, summary: String? = nil,
      configurationFile: String? = nil, environmentPrefix: String? = nil, consolePort: Int = 8077,
      queries: [Query] = []
    ) {
      self.name = name
      self.version = version
      let protocolName = protocolName ?? name
      self.protocolName = protocolName
      self.summary = summary ?? "Captures traffic into a SQLite database, or into ClickHouse: \(protocolName)."
      self.configurationFile = configurationFile ?? name + ".config"
      self.environmentPrefix = environmentPrefix ?? Self.identifier(name).uppercased()
      self.consolePort = consolePort
      self.queries = queries
    }

    /// The name where only letters, digits and `_` may be: `-` has become `_`.
    public var identifier: String { Self.identifier(name) }

    private static func identifier(_ name: String) -> String {
      String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
  }

  /// A query that the description's author suggests.
  public struct Query: Sendable, Equatable {
    /// What it tells.
    public let name: String
    /// In SQLite's words.
    public let sql: String
    /// In ClickHouse's, where those are others.
    public let clickHouse: String?

    /// A query of this name, and its text.
    public init(_ name: String, _ sql: String, clickHouse: String? = nil) {
      self.name = name
      self.sql = sql
      self.clickHouse = clickHouse
    }
  }
}
