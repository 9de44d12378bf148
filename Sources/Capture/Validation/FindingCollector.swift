import ParserRuntime

/// Gathers findings, each kind of thing once, with its first examples.
struct FindingCollector {
  private static let maximumExamples = 3
  /// Different things of one kind at one place; a field of random bytes that is taken for an enum has many.
  private static let maximumVariants = 20

  let outline: DescriptionOutline
  private var found: [Key: Finding] = [:]
  private var variants: [Key: Int] = [:]

  init(_ outline: DescriptionOutline) { self.outline = outline }

  private struct Key: Hashable {
    var kind: Finding.Kind
    var type: String?
    var member: String?
    var about: String
  }

  /// - Parameters:
  ///   - about: what makes findings of one place the same.
  ///   - message: what to say of them all.
  mutating func add(
    _ kind: Finding.Kind, type: String? = nil, member: String? = nil, about: String, message: String, count: Int = 1,
    example: @autoclosure () -> Finding.Example? = nil
  ) {
    let place = Key(kind: kind, type: type, member: member, about: "")
    var key = Key(kind: kind, type: type, member: member, about: about)
    var message = message
    if found[key] == nil {
      if variants[place, default: 0] >= Self.maximumVariants {
        (key.about, message) = ("others", "and others")
      } else {
        variants[place, default: 0] += 1
      }
    }
    var finding =
      found[key]
      ?? Finding(
        kind: kind, type: type, member: member, place: self.place(type, member), message: message, count: 0,
        examples: [])
    finding.count += count
    if finding.examples.count < Self.maximumExamples, let example = example() {
      finding.examples.append(example)
    }
    found[key] = finding
  }

  /// Of a whole report, the worst first.
  var sorted: [Finding] {
    found.values.sorted { left, right in
      if left.kind != right.kind { return left.kind < right.kind }
      if left.count != right.count { return left.count > right.count }
      return (left.name ?? "", left.message) < (right.name ?? "", right.message)
    }
  }

  /// Where the description has a type, or a member of it.
  func place(_ type: String?, _ member: String?) -> Finding.Place? {
    guard let type, let found = outline.type(type), found.source < outline.sources.count else { return nil }
    return Finding.Place(
      file: outline.sources[found.source].name, line: member.flatMap { found.member($0)?.line } ?? found.line)
  }
}
