import ArgumentParser
import Capture
import ClickHouseStore

struct Store: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the tables of a store on a server, or hold them against the description.",
    discussion: """
      A store is a database of ClickHouse's that any number of sensors write to. Its tables are made once; sensors do not
      change them. Nothing but 'drop' removes a row.

      EXAMPLES
        \(Program.name) store create --store clickhouse://admin@db.example.net:8123/\(Program.id)
        \(Program.name) store check --store clickhouses://\(Program.id)@db.example.net/\(Program.id) --store-ca-file ca.pem
        \(Program.name) store create --store clickhouse://admin@db1,db2/\(Program.id) --cluster \(Program.id)
        \(Program.name) store drop --store clickhouse://admin@db.example.net/\(Program.id) --keep-days 90 --dry-run
      """,
    subcommands: [Create.self, Check.self, Migrate.self, Drop.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make the database, tables and views that are not there.")

    @OptionGroup var common: ConfigurationOptions

    func run() throws {
      try reportingErrors {
        let store = try common.clickHouseStore()
        try store.prepare()
        print("\(store.name): the tables are there")
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell how the tables differ from what the description asks for; exit status 1 if they do.")

    @OptionGroup var common: ConfigurationOptions

    func run() throws {
      let (name, differences) = try reportingErrors {
        let store = try common.clickHouseStore()
        return (store.name, try store.differences())
      }
      for line in differences { complain(line) }
      guard differences.isEmpty else { throw ExitCode.failure }
      print("\(name): the tables are those of the description")
    }
  }

  struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add tables and columns that are not there, and make views anew.")

    @OptionGroup var common: ConfigurationOptions

    func run() throws {
      try reportingErrors {
        let store = try common.clickHouseStore()
        for line in try store.migrate() { print("\(line): added") }
        print("\(store.name): the tables are those of the description")
      }
    }
  }
}

extension ConfigurationOptions {
  /// The store on a server that is named.
  /// - Throws: Where none is.
  func clickHouseStore() throws -> ClickHouseStore {
    guard let store = try resolveAloud().clickHouseStore() else {
      throw CaptureError("no store is named: give --store clickhouse://user@host:8123/database")
    }
    return store
  }
}
