import ArgumentParser
import Capture
import ParserRuntime

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the tables and views that a database gets.")

  @OptionGroup var common: ConfigurationOptions
  @Option(help: "sql or json.")
  var format = SchemaFormat.sql

  func run() throws {
    let info = Program.info
    let statements = try reportingErrors { try common.resolveAloud().store() }.definition
    switch format {
    case .sql:
      for statement in statements { print(statement + ";\n") }
    case .json:
      let document = SchemaDocument(
        specification: info.name, fingerprint: info.fingerprint,
        tables: info.tables.map { SchemaDocument.Table(name: $0.name, columns: $0.columnNames) },
        views: info.views.map(\.name), statements: statements)
      print(try jsonText(document), terminator: "")
    }
  }
}

enum SchemaFormat: String, ExpressibleByArgument, CaseIterable {
  case sql, json
}

private struct SchemaDocument: Encodable {
  struct Table: Encodable {
    var name: String
    var columns: [String]
  }

  var specification: String
  var fingerprint: String
  var tables: [Table]
  var views: [String]
  var statements: [String]
}
