/// A type of a description as written: the root type of a file, or one under `types`.
///
/// A class, because types are compared and looked up by identity.
final class TypeSpec {
  let name: String
  let location: SourceLocation
  /// Kaitai path, `/types/header`; empty for a file's root type.
  let path: String
  private(set) weak var parent: TypeSpec?

  var doc = Documentation()
  var meta = MetaSpec()
  var params: [ParamSpec] = []
  var seq: [AttributeSpec] = []
  var instances: [AttributeSpec] = []
  var types: [TypeSpec] = []
  var enums: [EnumSpec] = []
  var stream: ConversationSpec?
  var sql = TypeSQL()
  /// `to-string`
  var text: Expression?
  /// Root types of the files that `meta/imports` names; filled in by the loader, for a file's root type only.
  var imports: [TypeSpec] = []

  init(name: String, location: SourceLocation, path: String, parent: TypeSpec?) {
    self.name = name
    self.location = location
    self.path = path
    self.parent = parent
  }

  /// The file's root type.
  var root: TypeSpec { parent?.root ?? self }

  /// This type and all below it.
  var withDescendants: [TypeSpec] { [self] + types.flatMap(\.withDescendants) }

  /// The name from the root type down, `thermo::reading`.
  var qualifiedName: String { parent.map { $0.qualifiedName + "::" + name } ?? name }

  /// The name from below the root type, by which traces and outlines tell types apart.
  var traceName: String {
    guard let parent, parent.parent != nil else { return name }
    return parent.traceName + "::" + name
  }
}

extension TypeSpec: Hashable {
  static func == (left: TypeSpec, right: TypeSpec) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// `doc` and `doc-ref`.
struct Documentation {
  var text: String?
  var references: [String] = []
}

enum Endianness { case little, big }

/// What `endian` says: one order, or one that is chosen while a value is parsed.
enum EndiannessSpec {
  case fixed(Endianness)
  case computed(ComputedEndianness)
}

/// `endian` with `switch-on` and `cases`.
struct ComputedEndianness {
  struct Case {
    /// As it is spelled.
    var key: String
    /// nil for `_`.
    var match: Expression?
    var order: Endianness
    var location: SourceLocation
  }

  var on: Expression
  var cases: [Case]
  var location: SourceLocation
}

/// `meta`; what a type does not say itself it takes from the type around it.
struct MetaSpec {
  /// Where each key stands.
  var places: [String: SourceLocation] = [:]
  var id: String?
  var title: String?
  var endian: EndiannessSpec?
  var bitEndian: Endianness?
  var encoding: NameReference?
  /// As written: `common`, `../network/ip`, `/common/dos_datetime`.
  var imports: [NameReference] = []
  /// `ks-opaque-types`: whether a type that nobody declares is one that the user of the parser brings along.
  var allowsOpaqueTypes = false
  /// `ks-debug`: whether a parse keeps what it has, and where it was, when it fails.
  var isDebug = false
  var stream: TransportSpec?
  var sql = MetaSQL()
  var program = ProgramSpec()
}

/// A parameter of a type.
struct ParamSpec {
  var name: String
  var location: SourceLocation
  var path: String
  var doc = Documentation()
  /// nil where no `type` is given: then it is bytes. `dimensions` of the name counts its `[]`.
  var type: TypeName?
  var typeLocation: SourceLocation
  var enumName: NameReference?
}

/// A name that refers to something declared elsewhere.
struct NameReference {
  var text: String
  var location: SourceLocation
}

/// An enum: names for integers.
final class EnumSpec {
  struct Member {
    var value: Int128
    var name: String
    var location: SourceLocation
    var doc = Documentation()
  }

  let name: String
  let location: SourceLocation
  let path: String
  private(set) weak var owner: TypeSpec?
  var members: [Member] = []

  init(name: String, location: SourceLocation, path: String, owner: TypeSpec) {
    self.name = name
    self.location = location
    self.path = path
    self.owner = owner
  }

  func member(_ name: String) -> Member? { place(of: name).map { members[$0] } }

  /// Where a member stands among all.
  func place(of name: String) -> Int? {
    if places.count != members.count {
      places = Dictionary(members.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }
    return places[name]
  }

  /// Of each member by its name, made when one is asked for: there may be thousands.
  private var places: [String: Int] = [:]
}

extension EnumSpec: Hashable {
  static func == (left: EnumSpec, right: EnumSpec) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
