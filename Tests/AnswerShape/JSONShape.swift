import Foundation

/// As much of JSON Schema as the API's description uses.
public enum JSONShape {
  /// How a value differs from what a schema says of it, each difference with its place.
  public static func problems(of value: Any, against schema: Any, at path: String = "$") -> [String] {
    guard let schema = schema as? [String: Any] else { return ["\(path): no schema"] }
    if let choices = schema["anyOf"] as? [Any] {
      return choices.contains { problems(of: value, against: $0, at: path).isEmpty } ? [] : ["\(path): none of anyOf"]
    }
    if let choices = schema["oneOf"] as? [Any] {
      let count = choices.count { problems(of: value, against: $0, at: path).isEmpty }
      return count == 1 ? [] : ["\(path): \(count) of oneOf: \(value)"]
    }
    if let types = schema["type"] as? [String] {
      let fits = types.contains { problems(of: value, against: ["type": $0], at: path).isEmpty }
      return fits ? [] : ["\(path): none of \(types): \(value)"]
    }
    guard let type = schema["type"] as? String else { return [] }
    return problems(of: value, type, schema, path)
  }

  private static func problems(of value: Any, _ type: String, _ schema: [String: Any], _ path: String) -> [String] {
    // Every number that is 0 or 1 passes for a Bool.
    let kind = (value as? NSNumber).map { String(cString: $0.objCType) }
    switch type {
    case "null": return value is NSNull ? [] : ["\(path): not null"]
    case "string":
      guard let text = value as? String else { return ["\(path): no string: \(value)"] }
      let isFit = (schema["pattern"] as? String).map { text.range(of: $0, options: .regularExpression) != nil } ?? true
      return isFit ? [] : ["\(path): not of the pattern: \(text)"]
    case "boolean": return kind == "c" ? [] : ["\(path): no boolean: \(value)"]
    case "integer":
      guard ["i", "q"].contains(kind), let number = (value as? NSNumber)?.int64Value else {
        return ["\(path): no integer: \(value)"]
      }
      let (least, most) = (schema["minimum"] as? Int64 ?? .min, schema["maximum"] as? Int64 ?? .max)
      return least <= number && number <= most ? [] : ["\(path): out of range: \(number)"]
    case "number": return ["i", "q", "d"].contains(kind) ? [] : ["\(path): no number: \(value)"]
    case "array":
      guard let list = value as? [Any] else { return ["\(path): no array"] }
      return list.prefix(20).enumerated().flatMap {
        problems(of: $0.element, against: schema["items"] ?? [:], at: "\(path)[\($0.offset)]")
      }
    case "object":
      guard let object = value as? [String: Any] else { return ["\(path): no object"] }
      return problems(of: object, schema, path)
    default: return ["\(path): unknown type \(type)"]
    }
  }

  private static func problems(of object: [String: Any], _ schema: [String: Any], _ path: String) -> [String] {
    let properties = schema["properties"] as? [String: Any] ?? [:]
    var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(path).\($0): missing" }
    for (name, member) in object {
      if let property = properties[name] {
        found += problems(of: member, against: property, at: "\(path).\(name)")
      } else if schema["additionalProperties"] as? Bool == false {
        found.append("\(path).\(name): not described")
      } else if let other = schema["additionalProperties"] as? [String: Any] {
        found += problems(of: member, against: other, at: "\(path).\(name)")
      }
    }
    return found
  }
}
