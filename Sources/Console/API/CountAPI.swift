import ParserRuntime
import Capture
import Hummingbird

extension ConsoleDesk {
  var countOperation: Operation {
    Operation(
      [.get], "/api/v1/count/packet", "How many messages the database has",
      answers: [.json(.object([("count", .integer())]))]
    ) { [self] _, _ in
      let rows = try await failingAsAPI { try await queries.rows("SELECT count(*) FROM message") }
      return .json(["count": rows.first?.first.map { JSON($0.1) } ?? 0])
    }
  }

  var perTypeOperation: Operation {
    Operation(
      [.get], "/api/v1/count/per-type", "How many messages of each type the database has, in the order of the types",
      answers: [
        .json(
          .array(
            of: .object([("count", .integer()), ("type", .integer("as the description's column of types has it"))])))
      ]
    ) { [self] _, _ in
      guard let type = runner.info.typeColumn else {
        throw APIError(
          .notFound, "the description names no column for the type of a message; ask for /api/v1/count/per-name")
      }
      let rows = try await failingAsAPI {
        try await queries.rows(
          """
          SELECT count(*) AS count, "\(type)" AS type FROM message
          WHERE "\(type)" IS NOT NULL GROUP BY "\(type)" ORDER BY "\(type)"
          """)
      }
      return .json(.array(rows.map { JSON(row: $0) }))
    }
  }

  var perNameOperation: Operation {
    Operation(
      [.get], "/api/v1/count/per-name", "The same by the names of the types",
      answers: [.json(.map(of: .integer("by the type's name")))]
    ) { [self] _, _ in
      let rows = try await failingAsAPI {
        // Grouped before the names are looked up: once for each type, not for each message.
        let type = runner.info.typeColumn ?? "content_table"
        return try await queries.rows(
          """
          SELECT \(typeName("g")), n FROM
          (SELECT "\(type)", content_table, count(*) AS n FROM message GROUP BY "\(type)") AS g ORDER BY n DESC
          """)
      }
      return .json(
        .object(
          rows.map { row in
            let name = if case .text(let name) = row[0].1 { name } else { "unknown" }
            return (name, JSON(row[1].1))
          }))
    }
  }
}

extension JSON {
  init(_ value: QueryValue) {
    self =
      switch value {
      case .null: .null
      case .integer(let value): .integer(value)
      case .real(let value): .real(value)
      case .text(let value): .text(value)
      case .blob(let value): .text(value.hex)
      }
  }

  /// A result's row as an object.
  init(row: [(String, QueryValue)]) {
    self = .object(zip(ResultText.keys(for: row.map(\.0)), row).map { ($0, JSON($1.1)) })
  }
}
