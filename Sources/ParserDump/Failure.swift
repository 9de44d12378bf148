import ParserRuntime

/// Why an object could not be parsed to its end, and at which of its members.
struct Failure {
  var kind: String
  /// The member that was being parsed, from the root object: `/chunks/0/body/length`; empty if there is none.
  var path: String
  var offset: Int
  var message: String

  /// - Parameter root: the object that was parsed; nil if it could not even be made.
  init(_ error: ParseError, in root: (any DumpableObject)?) {
    kind = error.kaitaiKind
    path = root.map(Self.path) ?? ""
    offset = error.offset
    message = error.description
  }

  init(kind: String, message: String) {
    self.kind = kind
    path = ""
    offset = 0
    self.message = message
  }

  /// Follows the members in which parsing stopped, each in the object that is the former's value.
  private static func path(in root: any DumpableObject) -> String {
    var path = ""
    var object: (any DumpableObject)? = root
    while let current = object, let (name, index) = current.currentMember {
      path += "/\(name)" + (index.map { "/\($0)" } ?? "")
      object = child(of: current, name, index)
    }
    return path
  }

  private static func child(
    of object: any DumpableObject, _ name: StaticString, _ index: Int?
  ) -> (any DumpableObject)? {
    let member = object.dumpMembers().first { $0.kind == .field && $0.name.description == name.description }
    switch (try? member?.value()) ?? nil {
    case .object(let child)?: return child
    case .list(let elements)?:
      guard let index, elements.indices.contains(index), case .object(let child) = elements[index] else { return nil }
      return child
    default: return nil
    }
  }
}

extension Failure {
  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("kind")
    json.text(kind)
    json.key("path")
    json.text(path)
    json.key("offset")
    json.integer(offset)
    json.key("message")
    json.text(message)
    json.endObject()
  }
}

extension Failure: CustomStringConvertible {
  var description: String {
    let place = path.isEmpty ? "at byte \(offset)" : "at \(path), byte \(offset)"
    return "\(kind): \(message), \(place)"
  }
}
