import ArgumentParser
import Capture
import Settings
import Foundation

struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an SQL query on a database, also while it is being written.",
    discussion: """
      EXAMPLES
        \(Program.name) query \(QueryExamples.typed.0)
        \(Program.name) query \(QueryExamples.typed.1) --format csv

      CSV is that of RFC 4180; NULL is an empty field. In JSON the second of two columns of one name, such as id, is
      id_2. An infinity is Infinity or -Infinity, in JSON a text. Blobs are hex.
      """)

  @Argument(help: ArgumentHelp("One SQL statement that reads.", valueName: "sql"))
  var sql: String
  @OptionGroup var common: ConfigurationOptions
  @Option(help: "How to print the result: table, csv, json or ndjson.")
  var format = ResultFormat.table

  func run() throws {
    try reportingErrors {
      let store = try common.resolveAloud().store()
      let cursor = try store.queries.query(sql, .none, QueryControl())
      let printer = ResultPrinter(format: format)
      try printer.begin(cursor.columns)
      while try cursor.step() { try printer.row(cursor.row) }
      try printer.end()
    }
  }
}

enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, ndjson
}
