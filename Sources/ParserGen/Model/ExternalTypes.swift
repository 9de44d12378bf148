/// A Swift type that the user of a parser brings along.
public struct ExternalType: Hashable, Sendable {
  /// As the description names it: `my.processor`, or an opaque type.
  public var name: String
  /// Its name in Swift.
  public var swiftName: String
  /// Whether it is a processor of bytes; else it is an opaque type.
  public var isProcessor: Bool
  /// The Kaitai path of the key that names it first.
  public var path: String
}

extension Model {
  /// The custom processors and the opaque types that are used, each once, in the order of the description.
  var externalTypes: [ExternalType] {
    var found: [ExternalType] = []
    func add(_ parts: [String], isProcessor: Bool, _ path: String) {
      let name = parts.joined(separator: isProcessor ? "." : "::")
      guard !found.contains(where: { $0.name == name && $0.isProcessor == isProcessor }) else { return }
      found.append(
        ExternalType(name: name, swiftName: SwiftNames.external(parts), isProcessor: isProcessor, path: path))
    }
    for attribute in types.flatMap(\.attributes) where !attribute.spec.isComputed {
      if let process = attribute.spec.process, !process.isBuiltin {
        add(process.name, isProcessor: true, attribute.path("process"))
      }
      let formats = attribute.choice.map { $0.branches.map(\.format) } ?? [attribute.format]
      for case .opaque(let name) in formats {
        add(name.scope + [name.name], isProcessor: false, attribute.path("type"))
      }
    }
    return found
  }
}
