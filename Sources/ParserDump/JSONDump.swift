import ParserRuntime

/// Prints an object as JSON.
struct JSONDump {
  private var json: JSONWriter
  private var places: ObjectPlaces

  /// Writes an object and all that it has: what was not parsed is absent, an instance that cannot be evaluated is its
  /// error.
  static func write(_ root: any DumpableObject, to json: JSONWriter) -> JSONWriter {
    var dump = JSONDump(json: json, places: ObjectPlaces(root))
    dump.value(.object(root), .field, .root)
    return dump.json
  }

  private mutating func value(_ value: DumpValue, _ kind: DumpMember.Kind, _ path: @autoclosure () -> DumpPath) {
    switch value {
    case .integer(let value): json.integer(value)
    case .float(let value): json.float(value)
    case .boolean(let value): json.boolean(value)
    case .text(let value): json.text(value)
    case .bytes(let value):
      json.beginObject()
      json.key("$bytes")
      json.text(value.withUnsafeBytes(hexText))
      json.endObject()
    case .enumeration(let name, let value):
      json.beginObject()
      json.key("$enum")
      if let name { json.text(name) } else { json.null() }
      json.key("value")
      json.integer(value)
      json.endObject()
    case .object(let value): object(value, kind, path())
    case .stream(let value):
      json.beginObject()
      json.key("$io")
      json.integer(value.size)
      json.endObject()
    case .list(let values):
      let path = path()
      json.beginList()
      for (index, each) in values.enumerated() { self.value(each, kind, .element(path, index)) }
      json.endList()
    case .null: json.null()
    }
  }

  private mutating func object(_ object: any DumpableObject, _ kind: DumpMember.Kind, _ path: DumpPath) {
    switch places.enter(object, kind, at: path) {
    case .here:
      json.beginObject()
      json.key("$type")
      json.text(type(of: object).typeName)
      for member in object.dumpMembers() { self.member(member, of: path) }
      json.endObject()
      places.leave()
    case .reference(let place):
      json.beginObject()
      json.key("$ref")
      json.text(place.description)
      json.endObject()
    case .cut(let kind): failure(kind)
    }
  }

  private mutating func member(_ member: DumpMember, of path: DumpPath) {
    do throws(ParseError) {
      guard let value = try member.value() else { return }
      json.key(member.name)
      self.value(value, member.kind, .member(path, member.name))
    } catch {
      json.key(member.name)
      failure(error.kaitaiKind)
    }
  }

  private mutating func failure(_ kind: String) {
    json.beginObject()
    json.key("$error")
    json.beginObject()
    json.key("kind")
    json.text(kind)
    json.endObject()
    json.endObject()
  }
}
