import HTTPTypes

/// The API's description, OpenAPI 3.1.
struct OpenAPIDocument {
  let operations: [Operation]
  /// What the program is called.
  let title: String
  let version: String

  var json: JSON {
    var paths: [(String, JSON)] = []
    for operation in operations {
      let methods = operation.methods.map { ($0.rawValue.lowercased(), describe(operation, $0)) }
      paths.append((operation.path, .object(methods)))
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": .text(title), "version": .text(version),
        "description": "Queries a database of captured messages, and controls the capture that fills it.",
      ],
      // Relative to this document, api/v1/openapi.json, wherever a proxy has it.
      "servers": [["url": "../.."]],
      "paths": .object(paths),
      "components": [
        "schemas": ["Error": Self.error.json],
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
      ],
      "security": [["token": []], .object([])],
    ]
  }

  private static let error = Schema.object([
    ("error", .string("what is wrong, and what to do about it")),
    ("kind", .optional(.string("of a query: sql, forbidden, timeout, cancelled, limit, database"))),
    ("position", .optional(.integer("of the character in the SQL, from 1"))),
    ("column", .optional(.integer("of the character in the filter, from 1"))),
  ])

  private func describe(_ operation: Operation, _ method: HTTPRequest.Method) -> JSON {
    let inPath = operation.pathParameters.map { name -> JSON in
      [
        "name": .text(name), "in": "path", "required": true,
        "schema": ["type": "integer", "format": "int64", "minimum": 0, "maximum": .integer(Int64.max)],
      ]
    }
    let inQuery = (operation.takesParameters(method) ? operation.parameters : []).map { parameter -> JSON in
      [
        "name": .text(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
        "description": .text(parameter.doc), "schema": parameter.schema.json,
      ]
    }
    let content = operation.answers.map { answer -> (String, JSON) in
      switch answer {
      case .json(let schema): ("application/json", ["schema": schema.json])
      case .text(let type): (type, ["schema": Schema.string().json])
      case .file(let type): (type, ["schema": Schema.any().json])
      case .events(let names):
        ("text/event-stream", ["schema": Schema.object([("event", .choice(names)), ("data", .string("JSON"))]).json])
      }
    }
    var members: [(String, JSON)] = [
      ("summary", .text(operation.summary)), ("parameters", .array(inPath + inQuery)),
      (
        "responses",
        [
          "200": ["description": "done", "content": .object(content)],
          "default": [
            "description": "not done",
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
          ],
        ]
      ),
    ]
    if method == .post, let body = operation.body {
      let (content, isRequired): (JSON, Bool) =
        switch body {
        case .json(let schema, let isRequired): (["application/json": ["schema": schema.json]], isRequired)
        case .bytes(let doc): (["application/octet-stream": ["schema": ["description": .text(doc)]]], true)
        }
      members.append(("requestBody", ["required": .bool(isRequired), "content": content]))
    }
    return .object(members)
  }
}
