import Foundation
import HTTPTypes

/// What requests bring is held against the shape that the API's description promises to take.
extension Schema {
  /// - Parameters:
  ///   - value: as JSONSerialization has it.
  ///   - name: what it is called; empty for the body.
  /// - Throws: `APIError` that names the member and what it must be.
  func check(_ value: Any, _ name: String = "") throws {
    func refuse(_ expectation: String) -> APIError {
      APIError(.badRequest, "\(name.isEmpty ? "the request's body" : "'\(name)'") must be \(expectation)")
    }
    let number = (value as? NSNumber).flatMap { $0.isTruthValue ? nil : $0 }
    switch self {
    case .any: break
    case .string: guard value is String else { throw refuse("a text") }
    case .filled(_, let length):
      guard let text = value as? String, text.contains(where: { !$0.isWhitespace && $0 != "\0" }) else {
        throw refuse("a text, and not empty")
      }
      if let length, text.unicodeScalars.count > length { throw refuse("a text of at most \(length) characters") }
    case .fileName:
      guard let text = value as? String, Self.isFileName(text) else {
        throw refuse(
          "a file's name of letters, figures, '.', '_' and '-' that ends as captures do (.pcap, .pcapng, .gz, …)")
      }
    case .choice(let texts, _):
      guard let text = value as? String, texts.contains(text) else { throw refuse(Self.listing(texts)) }
    case .integer(_, let range):
      guard let whole = number?.whole else { throw refuse("a whole number") }
      if let range, !range.contains(whole) { throw refuse("from \(range.lowerBound) to \(range.upperBound)") }
    case .whole:
      if let whole = number?.whole {
        // Whoever sent more may have meant another.
        guard whole.magnitude <= JSON.exactInteger.magnitude else { throw refuse("a text where it is beyond 2^53") }
      } else {
        guard let text = value as? String, Int64(text).map(String.init) == text else { throw refuse("a whole number") }
      }
    case .value:
      guard value is NSNull || number != nil || value is String else { throw refuse("a text, a number or null") }
      if let number, number.isWholeBeyondInt64 { throw refuse("a text where it is beyond 2^63") }
    case .number: guard number != nil else { throw refuse("a number") }
    case .positive: guard let number, number.doubleValue > 0 else { throw refuse("a number above 0") }
    case .boolean: guard (value as? NSNumber)?.isTruthValue == true else { throw refuse("true or false") }
    case .array(let element, let limit):
      guard let list = value as? [Any] else { throw refuse("a list") }
      if let limit, list.count > limit { throw refuse("a list of at most \(limit)") }
      for (index, one) in list.enumerated() { try element.check(one, "\(name)[\(index)]") }
    case .map(let element):
      guard let object = value as? [String: Any] else { throw refuse("an object") }
      for (key, one) in object { try element.check(one, Self.path(name, key)) }
    case .object(let members):
      guard let object = value as? [String: Any] else { throw refuse("an object") }
      try check(object, name, members)
    case .variants(let key, let variants):
      guard let object = value as? [String: Any] else { throw refuse("an object") }
      let names = Schema.choice(variants.map(\.0))
      guard let chosen = object[key] else { throw APIError(.badRequest, "'\(Self.path(name, key))' is missing") }
      try names.check(chosen, Self.path(name, key))
      let members = variants.first { $0.0 == chosen as? String }?.1 ?? []
      try check(object, name, [(key, names)] + members)
    case .either(let schemas, let doc):
      guard schemas.contains(where: { (try? $0.check(value, name)) != nil }) else { throw refuse(doc) }
    case .nullable(let schema): if !(value is NSNull) { try schema.check(value, name) }
    case .optional(let schema): try schema.check(value, name)
    }
  }

  private func check(_ object: [String: Any], _ name: String, _ members: [(String, Schema)]) throws {
    for (key, schema) in members {
      if let value = object[key] {
        try schema.check(value, Self.path(name, key))
      } else if !schema.isOptional {
        throw APIError(.badRequest, "'\(Self.path(name, key))' is missing")
      }
    }
    if let unknown = object.keys.filter({ key in !members.contains { $0.0 == key } }).min() {
      throw APIError(
        .badRequest, "there is no '\(Self.path(name, unknown))'; there is \(Self.listing(members.map(\.0)))")
    }
  }

  /// A parameter of a request's address, which is a text.
  /// - Throws: `APIError` that names the parameter and what it must be.
  func check(text: String, _ name: String) throws {
    switch self {
    case .integer: try check(Int64(text).map { NSNumber(value: $0) } ?? NSNull(), name)
    case .whole: try check(text as Any, name)
    case .number, .positive: try check(Double(text).map { NSNumber(value: $0) } ?? NSNull(), name)
    default: try check(text as Any, name)
    }
  }

  private static func path(_ parent: String, _ name: String) -> String { parent.isEmpty ? name : "\(parent).\(name)" }

  /// "a, b or c".
  private static func listing(_ texts: [String]) -> String {
    texts.count < 2 ? texts.joined() : "\(texts.dropLast().joined(separator: ", ")) or \(texts[texts.count - 1])"
  }
}

extension NSNumber {
  /// Whether it is true or false, which JSONSerialization makes numbers of as well.
  var isTruthValue: Bool { String(cString: objCType) == "c" }

  /// Whether it is written as a whole number, and as one that no signed integer of 64 bits holds.
  var isWholeBeyondInt64: Bool { String(cString: objCType) == "Q" && whole == nil }

  /// Its value, where that is a whole number.
  var whole: Int? {
    let type = String(cString: objCType)
    if type == "Q" { return Int(exactly: uint64Value) }
    return type == "d" || type == "f" ? Int(exactly: doubleValue) : Int(exactly: int64Value)
  }
}
