import ParserRuntime

/// Prints an object as a tree for a terminal: offset, length, name, value and doc of every member.
struct TreeDump {
  private var text = ""
  private var places: ObjectPlaces
  /// Of the columns of offsets and lengths.
  private let width: Int

  static func print(_ root: any DumpableObject) -> String {
    let width = max(6, String(root.stream.source.count).utf8.count + 1)
    var dump = TreeDump(places: ObjectPlaces(root), width: width)
    let label = Label(name: root.shortName, span: root.span, kind: .field, depth: 0)
    dump.value(.object(root), label, .root)
    return dump.text
  }

  private init(places: ObjectPlaces, width: Int) {
    self.places = places
    self.width = width
  }

  /// What a line says besides the value.
  private struct Label {
    var name: String
    var span: (start: Int, end: Int)?
    var kind: DumpMember.Kind
    var doc: StaticString?
    var depth: Int
  }

  private mutating func value(_ value: DumpValue, _ label: Label, _ path: DumpPath) {
    switch value {
    case .object(let object): self.object(object, label, path)
    case .list(let elements) where elements.contains { $0.plainText == nil }:
      for (index, element) in elements.enumerated() {
        var label = label
        label.name += "[\(index)]"
        label.span = nil
        if index > 0 { label.doc = nil }
        if case .object(let object) = element, label.kind.isParsed { label.span = object.span }
        self.value(element, label, .element(path, index))
      }
    default: line(label, "\(label.kind == .computedInstance ? " => " : " = ")\(value.plainText ?? "")")
    }
  }

  private mutating func object(_ object: any DumpableObject, _ label: Label, _ path: DumpPath) {
    switch places.enter(object, label.kind, at: path) {
    case .here:
      line(label, label.name == object.shortName ? "" : ": \(object.shortName)")
      // Instances have a place only when they have been asked for.
      for member in object.dumpMembers() where member.kind == .parsedInstance { _ = try? member.value() }
      for member in object.dumpMembers() { self.member(member, depth: label.depth + 1, path) }
      places.leave()
    case .reference(let place): line(label, " => \(place)")
    case .cut(let kind): line(label, " ! \(kind)")
    }
  }

  private mutating func member(_ member: DumpMember, depth: Int, _ path: DumpPath) {
    let label = Label(
      name: member.name.description, span: member.span, kind: member.kind, doc: member.doc, depth: depth)
    do throws(ParseError) {
      if let value = try member.value() { self.value(value, label, .member(path, member.name)) }
    } catch {
      line(label, " ! \(error.kaitaiKind): \(error)")
    }
  }

  private mutating func line(_ label: Label, _ value: String) {
    let place = label.span.map { [$0.start, $0.end - $0.start].map { padded(String($0)) }.joined() }
    text += place ?? String(repeating: " ", count: 2 * width)
    text += "  " + String(repeating: "  ", count: label.depth) + label.name + value
    if let doc = label.doc { text += "    # " + doc.firstParagraph }
    text += "\n"
  }

  private func padded(_ number: String) -> String {
    String(repeating: " ", count: max(0, width - number.utf8.count)) + number
  }
}
