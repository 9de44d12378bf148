import Foundation

/// The shape of a JSON value, for the API's own description (JSON Schema 2020-12, as OpenAPI 3.1 has it), and for the check
/// of what requests bring.
indirect enum Schema: Sendable {
  case string(String = "")
  /// A text of at least one character that is no blank, and of at most so many.
  case filled(String = "", length: Int? = nil)
  /// The name of a capture file, without a folder.
  case fileName(String = "")
  /// One of these texts.
  case choice([String], String = "")
  case integer(String = "", in: ClosedRange<Int>? = nil)
  /// An integer; where a number of JavaScript cannot hold it, its figures as a text.
  case whole(String = "")
  /// A value of a row: null, a number or a text.
  case value(String = "")
  case number(String = "")
  /// A number above 0.
  case positive(String = "")
  case boolean(String = "")
  case any(String = "")
  /// A list of at most so many.
  case array(of: Schema, limit: Int? = nil)
  /// Names of any kind, each with a value of one shape.
  case map(of: Schema)
  /// Exactly these members.
  case object([(String, Schema)])
  /// Members that depend on the text of one of them, which is one of these.
  case variants(by: String, [(String, [(String, Schema)])])
  /// Any of these shapes.
  case either([Schema], String = "")
  case nullable(Schema)
  /// A member that may be missing.
  case optional(Schema)

  /// A member of a request that may be missing, or null, which means the same.
  static func omittable(_ schema: Schema) -> Schema { .optional(.nullable(schema)) }

  var json: JSON {
    switch self {
    case .string(let doc): Self.plain("string", doc)
    case .filled(let doc, let length):
      Self.plain(
        "string", doc,
        [("minLength", 1), ("pattern", .text("[^\\s\\x00]"))] + (length.map { [("maxLength", .integer($0))] } ?? []))
    case .fileName(let doc):
      Self.plain("string", doc, [("pattern", .text(Self.fileNames)), ("maxLength", .integer(Self.longestFileName))])
    case .choice(let texts, let doc): Self.plain("string", doc, [("enum", .array(texts.map { .text($0) }))])
    case .integer(let doc, let range):
      Self.plain(
        "integer", doc,
        range.map { [("minimum", .integer($0.lowerBound)), ("maximum", .integer($0.upperBound))] } ?? []
      )
    case .whole(let doc): Self.whole(doc)
    case .value(let doc): ["type": ["null", "number", "string"], "description": .text(Self.noting(doc))]
    case .number(let doc): Self.plain("number", doc)
    case .positive(let doc): Self.plain("number", doc, [("exclusiveMinimum", 0)])
    case .boolean(let doc): Self.plain("boolean", doc)
    case .any(let doc): doc.isEmpty ? .object([]) : ["description": .text(doc)]
    case .array(let element, let limit):
      .object(
        [("type", "array"), ("items", element.json)] + (limit.map { [("maxItems", .integer($0))] } ?? []))
    case .map(let element): ["type": "object", "additionalProperties": element.json]
    case .object(let members):
      [
        "type": "object", "properties": .object(members.map { ($0.0, $0.1.json) }),
        "required": .array(members.filter { !$0.1.isOptional }.map { .text($0.0) }), "additionalProperties": false,
      ]
    case .variants(let key, let variants):
      [
        "oneOf": .array(variants.map { Schema.object([(key, .choice([$0.0]))] + $0.1).json }),
        "discriminator": ["propertyName": .text(key)],
      ]
    case .either(let schemas, let doc):
      .object(
        [("anyOf", .array(schemas.map(\.json)))] + (doc.isEmpty ? [] : [("description", .text(doc))]))
    case .nullable(let schema): ["anyOf": [schema.json, ["type": "null"]]]
    case .optional(let schema): schema.json
    }
  }

  var isOptional: Bool { if case .optional = self { true } else { false } }

  /// Letters and figures of ASCII, and few signs: nothing that leads elsewhere, is hidden, is an option, or could be a part
  /// of a database, as the log of one is.
  private static let fileNames =
    "^[A-Za-z0-9][A-Za-z0-9._-]*\\.(\(ImportFolder.suffixes.sorted().joined(separator: "|")))$"
  private static let longestFileName = 200

  static func isFileName(_ text: String) -> Bool {
    text.utf8.count <= longestFileName
      && text.range(of: fileNames, options: .regularExpression) == text.startIndex..<text.endIndex
  }

  /// Either form, and never both for one value.
  private static func whole(_ doc: String) -> JSON {
    let limit = JSON.exactInteger
    let number: JSON = ["type": "integer", "format": "int64", "minimum": .integer(-limit), "maximum": .integer(limit)]
    let text: JSON = ["type": "string", "format": "int64", "pattern": .text(figures)]
    return ["oneOf": [number, text], "description": .text(noting(doc))]
  }

  /// The figures of a signed integer of 64 bits, as a regular expression. (Of the least one only the positive counterpart
  /// would be one too many, so both are left out.)
  private static let figures: String = {
    let greatest = String(Int64.max).utf8.map { Int($0) - 48 }
    // Fewer figures; or the same ones up to a place, a smaller one there, and any behind it; or all the same.
    var forms = ["0", "[1-9][0-9]{0,\(greatest.count - 2)}"]
    for (place, figure) in greatest.enumerated() where figure > (place == 0 ? 1 : 0) {
      let same = greatest[..<place].map(String.init).joined()
      forms.append("\(same)[\(place == 0 ? 1 : 0)-\(figure - 1)][0-9]{\(greatest.count - place - 1)}")
    }
    forms.append(String(Int64.max))
    return "^(-?(\(forms.joined(separator: "|"))))$"
  }()

  private static func noting(_ doc: String) -> String {
    (doc.isEmpty ? "" : doc + "; ") + "an integer beyond 2^53 is a text, so that JavaScript can hold it"
  }

  private static func plain(_ type: String, _ doc: String, _ more: [(String, JSON)] = []) -> JSON {
    .object([("type", .text(type))] + more + (doc.isEmpty ? [] : [("description", .text(doc))]))
  }
}
