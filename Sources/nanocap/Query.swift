import ArgumentParser
import Capture
import Settings
import Foundation

struct Query: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an SQL query on a database, also while it is being written.",
    discussion: """
      EXAMPLES
        nanocap query "select count(*), msg_type from packet group by msg_type"
        nanocap query "select * from connection where flowkey = 42" --format csv
      """)

  @Argument(help: ArgumentHelp("One SQL statement that reads.", valueName: "sql"))
  var sql: String
  @OptionGroup var common: ConfigurationOptions
  @Option(help: "How to print the result: table, csv, json or ndjson.")
  var format = ResultFormat.table

  func run() throws {
    try reportingErrors {
      let printer = ResultPrinter(format: format)
      let runner = try QueryRunner(path: try common.resolveAloud().text("database"))
      try runner.run(sql, columns: { printer.begin($0) }, row: { printer.row($0) })
      printer.end()
    }
  }
}

enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
  case table, csv, json, ndjson
}
