import ParserRuntime
import Capture
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
    ) { [self] _, context in try await answer(to: context) { [self] in .json(try await tableInfos()) } }
  }

  private func tableInfos() async throws -> JSON {
    let catalogue = try await queries.askSchema { try $0.catalogue($1) }
    return .array(
      catalogue.relations.map { relation in
        let columns = relation.columns.enumerated().map { place, column -> JSON in
          [
            "cid": .text("\(place)"), "name": .text(column.name), "type": .text(column.type),
            "notnull": .text(column.isRequired ? "1" : "0"), "dflt_value": .text(column.defaultValue ?? "NULL"),
            "pk": .text("\(column.keyPlace)"),
          ]
        }
        return ["table": .text(relation.name), "columns": .array(columns)]
      })
  }

  var descriptionOperation: Operation {
    let column = Schema.object([
      ("name", .string()), ("type", .string()), ("doc", .nullable(.string("from the description"))),
      ("names", .nullable(.string("the table (value, name, doc) that names the column's values"))),
      ("kinds", .array(of: .string("of values, which other columns may have too"))),
      ("list", .boolean("whether it has values with commas between them")),
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
            ("ports", .array(of: .integer())), ("transports", .array(of: .string("tcp or udp"))),
            ("matches", .boolean("whether messages answer others by a key")),
            ("language", .string("that queries are written in")),
            ("examples", .array(of: .object([("name", .string()), ("query", .string())]))),
            ("tables", .array(of: table)),
          ]))
      ]
    ) { [self] _, context in try await answer(to: context) { [self] in .json(try await description()) } }
  }

  private func description() async throws -> JSON {
    let catalogue = try await queries.askSchema { try $0.catalogue($1) }
    let names = Dictionary(runner.info.lookups.map { ("\($0.table).\($0.column)", $0.names) }) { first, _ in first }
    let tables = catalogue.relations.map { relation -> JSON in
      let columns = relation.columns.map { column -> JSON in
        let known = runner.info.column(column.name, in: relation.name)
        return [
          "name": .text(column.name), "type": .text(column.type), "doc": .optional(column.doc),
          "names": .optional(names["\(relation.name).\(column.name)"]),
          "kinds": .array((known?.kinds ?? []).map { .text($0) }), "list": .bool(known?.isList ?? false),
        ]
      }
      let indices = relation.indices.map { index -> JSON in
        ["name": .text(index.name), "sql": .optional(index.definition)]
      }
      return [
        "name": .text(relation.name), "kind": .text(relation.isView ? "view" : "table"),
        "doc": .optional(relation.doc), "columns": .array(columns), "indices": .array(indices),
        "sql": .text(relation.definition),
      ]
    }
    return [
      "specification": .text(runner.info.name), "fingerprint": .text(runner.info.fingerprint),
      "type_column": .optional(runner.info.typeColumn),
      "ports": .array(runner.info.ports.map { .integer(Int64($0)) }),
      "transports": .array(runner.info.transports.map { .text($0.rawValue) }),
      "matches": .bool(runner.info.matchScope != nil),
      "language": .text(runner.store.queries.language),
      "examples": .array(options.examples.map { ["name": .text($0.name), "query": .text($0.query)] }),
      "tables": .array(tables),
    ]
  }
}
