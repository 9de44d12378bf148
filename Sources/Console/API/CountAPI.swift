import ParserRuntime
import Capture
import Hummingbird

extension ConsoleDesk {
  var countOperation: Operation {
    Operation(
      [.get], "/api/v1/count/packet", "How many messages the database has",
      answers: [.json(.object([("count", .integer())]))]
    ) { [self] _, context in
      try await answer(to: context) { [self] in
        let rows = try await queries.rows(.counts("message", by: []))
        return .json(["count": rows.first?.first.map { JSON($0.1) } ?? 0])
      }
    }
  }

  var perTypeOperation: Operation {
    Operation(
      [.get], "/api/v1/count/per-type", "How many messages of each type the database has, in the order of the types",
      answers: [
        .json(
          .array(
            of: .object([("count", .integer()), ("type", .whole("as the description's column of types has it"))])))
      ]
    ) { [self] _, context in
      guard let type = runner.info.typeColumn else {
        throw APIError(
          .notFound, "the description names no column for the type of a message; ask for /api/v1/count/per-name")
      }
      return try await answer(to: context) { [self] in
        let rows = try await queries.rows(.counts("message", by: [type]))
        let counts = rows.compactMap { row in row[0].1.integer.map { (type: $0, count: row[1].1) } }
        return .json(
          .array(counts.sorted { $0.type < $1.type }.map { ["count": JSON($0.count), "type": .whole($0.type)] }))
      }
    }
  }

  var perNameOperation: Operation {
    Operation(
      [.get], "/api/v1/count/per-name", "The same by the names of the types",
      answers: [.json(.map(of: .integer("by the type's name")))]
    ) { [self] _, context in
      try await answer(to: context) { [self] in
        let types = try await messageTypes()
        var counts: [(name: String, count: Int64)] = []
        for row in try await queries.rows(.counts("message", by: [types.column ?? "content_table"])) {
          let name = types.name(of: Dictionary(row) { first, _ in first })
          let text = if case .text(let name) = name { name } else { "unknown" }
          counts.append((text, row.last?.1.integer ?? 0))
        }
        return .json(.object(counts.sorted { $0.count > $1.count }.map { ($0.name, .integer($0.count)) }))
      }
    }
  }
}

extension JSON {
  init(_ value: QueryValue) {
    self =
      switch value {
      case .null: .null
      case .integer(let value): .whole(value)
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
