import ParserRuntime
import Capture
import Foundation
import Hummingbird

extension ConsoleDesk {
  /// In the original's shape.
  var schemaOperation: Operation {
    let column = Schema.object(
      ["cid", "name", "type", "notnull", "dflt_value", "pk"].map {
        ($0, .string($0 == "cid" ? "its place, from 0" : ""))
      })
    return Operation(
      [.get], "/api/v1/schema", "Tables and views, each column as SQLite's pragma table_info tells it, in texts",
      answers: [.json(.array(of: .object([("table", .string()), ("columns", .array(of: column))])))]
    ) { [self] _, _ in try await failingAsAPI { .json(try await tableInfos()) } }
  }

  private func tableInfos() async throws -> JSON {
    let rows = try await queries.rows(
      """
      SELECT m.name, c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk
      FROM sqlite_master AS m, pragma_table_info(m.name) AS c
      WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' ORDER BY m.rowid, c.cid
      """)
    var tables: [(name: QueryValue, columns: [JSON])] = []
    for row in rows {
      let columns = row.dropFirst().map { name, value in (name, JSON.text(value == .null ? "NULL" : value.resultText)) }
      if tables.last?.name != row[0].1 { tables.append((row[0].1, [])) }
      tables[tables.count - 1].columns.append(.object(columns))
    }
    return .array(tables.map { ["table": JSON($0.name), "columns": .array($0.columns)] })
  }

  var descriptionOperation: Operation {
    let column = Schema.object([
      ("name", .string()), ("type", .string()), ("doc", .nullable(.string("from the description"))),
      ("names", .nullable(.string("the table (value, name, doc) that names the column's values"))),
    ])
    let table = Schema.object([
      ("name", .string()), ("kind", .string("table or view")), ("doc", .nullable(.string())),
      ("columns", .array(of: column)),
      ("indices", .array(of: .object([("name", .string()), ("sql", .nullable(.string()))]))), ("sql", .string()),
    ])
    return Operation(
      [.get], "/api/v1/description", "Tables and views, with what the description says of their columns",
      answers: [
        .json(
          .object([
            ("specification", .string("name of the description")), ("fingerprint", .string()),
            ("type_column", .nullable(.string("the column of message that tells its kind"))),
            ("ports", .array(of: .integer())), ("tables", .array(of: table)),
          ]))
      ]
    ) { [self] _, _ in try await failingAsAPI { .json(try await description()) } }
  }

  private func description() async throws -> JSON {
    let objects = try await queries.rows(
      "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid")
    let columns = try await queries.rows(
      """
      SELECT m.name, c.name, c.type FROM sqlite_master AS m, pragma_table_info(m.name) AS c
      WHERE m.type IN ('table', 'view') ORDER BY m.rowid, c.cid
      """)
    let names = Dictionary(runner.info.lookups.map { ("\($0.table).\($0.column)", $0.names) }) { first, _ in first }
    let tables = objects.compactMap { object -> JSON? in
      guard case .text(let name) = object[0].1, case .text(let kind) = object[1].1, kind == "table" || kind == "view",
        case .text(let sql) = object[3].1
      else { return nil }
      let docs = kind == "table" ? CommentedDDL(sql) : CommentedDDL("")
      let own = columns.filter { $0[0].1 == .text(name) }.map { column -> JSON in
        let columnName = column[1].1.text ?? ""
        return [
          "name": .text(columnName), "type": .text(column[2].1.text ?? ""), "doc": .optional(docs.columns[columnName]),
          "names": .optional(names["\(name).\(columnName)"]),
        ]
      }
      let indices = objects.filter { $0[1].1 == .text("index") && $0[2].1 == .text(name) }.map { index -> JSON in
        ["name": JSON(index[0].1), "sql": JSON(index[3].1)]
      }
      return [
        "name": .text(name), "kind": .text(kind), "doc": .optional(docs.table), "columns": .array(own),
        "indices": .array(indices), "sql": .text(sql),
      ]
    }
    return [
      "specification": .text(runner.info.name), "fingerprint": .text(runner.info.fingerprint),
      "type_column": .optional(runner.info.typeColumn),
      "ports": .array(runner.info.ports.map { .integer(Int64($0)) }), "tables": .array(tables),
    ]
  }
}

/// What the comments of a table's DDL say. The database brings its own docs along, whatever description made it.
struct CommentedDDL {
  var table: String?
  var columns: [String: String] = [:]

  init(_ sql: String) {
    for (number, line) in sql.split(separator: "\n").enumerated() {
      guard let start = line.range(of: "/* "), let end = line.range(of: " */", options: .backwards),
        start.upperBound <= end.lowerBound
      else { continue }
      let doc = String(line[start.upperBound..<end.lowerBound])
      if number == 0 {
        table = doc
      } else {
        let name = line.drop { $0 == " " }.dropFirst().prefix { $0 != "\"" }
        columns[String(name)] = doc
      }
    }
  }
}
