import ParserRuntime

/// Knows where each object of a dump stands, so that every object is printed once and every dump ends.
///
/// An object stands where it was parsed. A param or a computed instance that yields it refers to that place. What was
/// parsed again from the same bytes as an object around it, as a folder's entry for itself, refers to the outer one.
struct ObjectPlaces {
  /// How deep objects are printed.
  static let maximumDepth = 60

  /// What a dump has in an object's place.
  enum Placement {
    /// The object itself. `leave()` is due when it is done.
    case here
    case reference(DumpPath)
    /// Nothing but a word on why.
    case cut(String)
  }

  /// What makes objects the same: their type, and where they begin.
  private struct Origin: Equatable {
    var type: ObjectIdentifier
    var source: ObjectIdentifier
    var start: Int

    init(_ object: any DumpableObject) {
      type = ObjectIdentifier(Swift.type(of: object))
      source = ObjectIdentifier(object.stream.source)
      start = object.stream.start + object.startPosition
    }
  }

  private let root: any DumpableObject
  private var paths: [ObjectIdentifier: DumpPath] = [:]
  private var above: [(origin: Origin, path: DumpPath)] = []
  /// How many more objects are printed. Two instances in each of sixty levels would be more than anyone waits for.
  private var room: Int
  /// Whether `paths` has all objects that are parsed, and not only those that were entered.
  private var isComplete = false

  init(_ root: any DumpableObject, maximumCount: Int = 4_000_000) {
    self.root = root
    room = maximumCount
  }

  /// Decides what stands at `path` for an object that is the value of a member of this kind.
  mutating func enter(_ object: any DumpableObject, _ kind: DumpMember.Kind, at path: DumpPath) -> Placement {
    if !kind.isParsed, let place = place(of: object) { return .reference(place) }
    let origin = Origin(object)
    if let outer = above.first(where: { $0.origin == origin }) { return .reference(outer.path) }
    guard above.count <= Self.maximumDepth else { return .cut("DepthLimit") }
    guard room > 0 else { return .cut("SizeLimit") }
    room -= 1
    above.append((origin, path))
    paths[ObjectIdentifier(object)] = path
    return .here
  }

  mutating func leave() { above.removeLast() }

  /// Where an object is parsed, also if that is yet to come in the dump; nil if nowhere in it.
  private mutating func place(of object: any DumpableObject) -> DumpPath? {
    if let path = paths[ObjectIdentifier(object)] { return path }
    guard !isComplete else { return nil }
    var search = ObjectPlaces(root)
    search.visit(.object(root), .field, .root)
    paths.merge(search.paths) { known, _ in known }
    isComplete = true
    return paths[ObjectIdentifier(object)]
  }

  /// Goes through all that is parsed, without asking for what is computed.
  private mutating func visit(_ value: DumpValue, _ kind: DumpMember.Kind, _ path: @autoclosure () -> DumpPath) {
    switch value {
    case .object(let object):
      let path = path()
      guard case .here = enter(object, kind, at: path) else { return }
      for member in object.dumpMembers() where member.kind.isParsed {
        if let value = (try? member.value()) ?? nil { visit(value, member.kind, .member(path, member.name)) }
      }
      leave()
    case .list(let elements):
      let path = path()
      for (index, element) in elements.enumerated() { visit(element, kind, .element(path, index)) }
    default: break
    }
  }
}
