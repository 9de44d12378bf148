/// A value of JSON, for comparisons: integers are exact, texts are their code points.
enum JSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int128)
  case float(Double)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var list: [JSON]? { if case .list(let elements) = self { elements } else { nil } }
  var object: [String: JSON]? { if case .object(let members) = self { members } else { nil } }
}

extension JSON {
  /// Follows a path through keys and indices. `#` is the number of elements, `$ref` is followed from the root.
  subscript(path path: String) -> JSON? {
    var value = self
    for step in path.split(separator: "/") {
      if case .text(let target)? = value["$ref"] {
        guard target != path, let place = self[path: target] else { return nil }
        value = place
      }
      switch value {
      case .list(let elements):
        if step == "#" {
          value = .integer(Int128(elements.count))
        } else if let index = Int(step), elements.indices.contains(index) {
          value = elements[index]
        } else {
          return nil
        }
      case .object(let members):
        guard let member = members[String(step)] else { return nil }
        value = member
      default: return nil
      }
    }
    return value
  }

  /// Where this differs from what is expected, as lines of text.
  func differences(from expected: JSON, at path: String = "") -> [String] {
    switch (expected, self) {
    case (.null, .null): return []
    case (.boolean(let a), .boolean(let b)) where a == b: return []
    case (.integer(let a), .integer(let b)) where a == b: return []
    case (.float(let a), .float(let b)) where a == b: return []
    case (.integer(let a), .float(let b)) where Double(a) == b: return []
    case (.float(let a), .integer(let b)) where a == Double(b): return []
    case (.text(let a), .text(let b)) where a.unicodeScalars.elementsEqual(b.unicodeScalars): return []
    case (.list(let a), .list(let b)) where a.count == b.count:
      return zip(a, b).enumerated().flatMap { index, pair in
        pair.1.differences(from: pair.0, at: "\(path)/\(index)")
      }
    case (.object(let a), .object(let b)):
      if let wanted = a["$error"]?["kind"]?.text, let kind = b["$error"]?["kind"]?.text {
        return wanted == "*" || wanted == kind ? [] : ["\(path): \(kind) instead of \(wanted)"]
      }
      return Set(a.keys).union(b.keys).sorted().flatMap { key -> [String] in
        switch (a[key], b[key]) {
        case (let a?, let b?): b.differences(from: a, at: "\(path)/\(key)")
        case (nil, let b?): key == "$type" ? [] : ["\(path)/\(key): \(b) instead of nothing"]
        case (let a?, nil): ["\(path)/\(key): nothing instead of \(a)"]
        case (nil, nil): []
        }
      }
    default: return ["\(path.isEmpty ? "/" : path): \(self) instead of \(expected)"]
    }
  }
}

extension JSON: CustomStringConvertible {
  var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .text(let text): text.debugDescription
    case .list(let elements): "[\(elements.map(\.description).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }
  }
}
