/// The shape of a JSON value, for the API's own description (JSON Schema 2020-12, as OpenAPI 3.1 has it).
indirect enum Schema: Sendable {
  case string(String = "")
  case integer(String = "")
  /// An integer; where a number of JavaScript cannot hold it, its figures as a text.
  case whole(String = "")
  /// A value of a row: null, a number or a text.
  case value(String = "")
  case number(String = "")
  case boolean(String = "")
  case any(String = "")
  case array(of: Schema)
  /// Names of any kind, each with a value of one shape.
  case map(of: Schema)
  /// Exactly these members.
  case object([(String, Schema)])
  case nullable(Schema)
  /// A member that may be missing.
  case optional(Schema)

  var json: JSON {
    switch self {
    case .string(let doc): Self.plain("string", doc)
    case .integer(let doc): Self.plain("integer", doc)
    case .whole(let doc): Self.whole(doc)
    case .value(let doc): ["type": ["null", "number", "string"], "description": .text(Self.noting(doc))]
    case .number(let doc): Self.plain("number", doc)
    case .boolean(let doc): Self.plain("boolean", doc)
    case .any(let doc): doc.isEmpty ? .object([]) : ["description": .text(doc)]
    case .array(let element): ["type": "array", "items": element.json]
    case .map(let element): ["type": "object", "additionalProperties": element.json]
    case .object(let members):
      [
        "type": "object", "properties": .object(members.map { ($0.0, $0.1.json) }),
        "required": .array(members.filter { !$0.1.isOptional }.map { .text($0.0) }), "additionalProperties": false,
      ]
    case .nullable(let schema): ["anyOf": [schema.json, ["type": "null"]]]
    case .optional(let schema): schema.json
    }
  }

  private var isOptional: Bool { if case .optional = self { true } else { false } }

  /// Either form, and never both for one value.
  private static func whole(_ doc: String) -> JSON {
    let limit = JSON.exactInteger
    let number: JSON = ["type": "integer", "format": "int64", "minimum": .integer(-limit), "maximum": .integer(limit)]
    let text: JSON = ["type": "string", "format": "int64", "pattern": "^-?[0-9]{16,19}$"]
    return ["oneOf": [number, text], "description": .text(noting(doc))]
  }

  private static func noting(_ doc: String) -> String {
    (doc.isEmpty ? "" : doc + "; ") + "an integer beyond 2^53 is a text, so that JavaScript can hold it"
  }

  private static func plain(_ type: String, _ doc: String) -> JSON {
    doc.isEmpty ? ["type": .text(type)] : ["type": .text(type), "description": .text(doc)]
  }
}
