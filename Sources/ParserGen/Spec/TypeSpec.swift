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
  var instances: [InstanceSpec] = []
  var types: [TypeSpec] = []
  var enums: [EnumSpec] = []
  var stream: ConversationSpec?
  var sql = TypeSQL()
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

  /// The name from the root type down, `nano::header`.
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

/// `meta`; what a type does not say itself it takes from the type around it.
struct MetaSpec {
  var id: String?
  var title: String?
  var endian: Endianness?
  var encoding: String?
  var imports: [(name: String, node: YAMLNode)] = []
  var stream: TransportSpec?
  var sql = MetaSQL()
}

/// A parameter of a type.
struct ParamSpec {
  var name: String
  var location: SourceLocation
  var path: String
  var doc = Documentation()
  /// nil: the type is not given, which means an array or struct of unknown type to Kaitai.
  var type: String?
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

  func member(_ name: String) -> Member? { members.first { $0.name == name } }
}

extension EnumSpec: Hashable {
  static func == (left: EnumSpec, right: EnumSpec) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
