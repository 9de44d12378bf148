import Foundation
import ParserGen

/// A description, and where its parts are looked for.
struct DescriptionFiles: Hashable, Sendable {
  var spec: String
  var importPath: [String] = []
  /// The descriptions of opaque types.
  var opaque: [String] = []
  /// Swift files with processors and opaque types.
  var swift: [String] = []
  /// Values for the parameters of the root type.
  var parameters: [String: ParameterValue] = [:]
}

/// The Swift code of a description's parser.
struct ParserSource: Codable, Equatable, Sendable {
  /// The name of the enum around the code, and of its file: `D` and a fingerprint of the code. What is generated alike has
  /// one name, whatever the files are called.
  var name: String
  /// The code, one file.
  var text: String
  /// The Swift name of the root type.
  var rootType: String
  /// What follows the other arguments of its initializer.
  var rootArguments = ""
  /// The texts of Swift files that it needs.
  var companions: [String] = []
}

/// What became of a description.
enum GeneratedParser: Codable, Sendable {
  case source(ParserSource)
  /// What is wrong with it: the Kaitai path of the first element, and the messages of all.
  case refused(path: String, message: String)
  /// What its user has to bring along, and has not.
  case incomplete(path: String, message: String)

  /// Runs the compiler.
  init(_ files: DescriptionFiles) {
    let generator = Generator(access: "internal", importPaths: files.importPath) { path in
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
    func parser(_ namespace: String) -> Generator.ObjectParser {
      generator.objectParser(
        files.spec, namespace: namespace, opaque: files.opaque, arguments: files.parameters, isDumped: true)
    }
    // The code itself tells how it differs from that of others.
    let draft = parser("Parser")
    let errors = draft.diagnostics.filter { $0.severity == .error }
    guard let draftType = draft.rootType, errors.isEmpty else {
      self = .refused(path: errors.first?.path ?? "", message: errors.map(\.description).joined(separator: "\n"))
      return
    }
    if files.swift.isEmpty, let missing = draft.externalTypes.first {
      self = .incomplete(path: missing.path, message: "\(files.spec): \(Self.message(missing))")
      return
    }
    var companions: [String] = []
    for path in files.swift {
      guard let text = FileManager.default.contents(atPath: path) else {
        self = .incomplete(path: "", message: "\(path): cannot be read")
        return
      }
      companions.append(String(decoding: text, as: UTF8.self))
    }
    let name = "D" + Fingerprint([draft.text, draftType, draft.rootArguments] + companions).text
    let parser = parser(name)
    self = .source(
      ParserSource(
        name: name, text: parser.text, rootType: parser.rootType ?? draftType, rootArguments: parser.rootArguments,
        companions: companions))
  }

  private static func message(_ type: ExternalType) -> String {
    let (what, kind) = type.isProcessor ? ("processor", "a ByteProcessor") : ("opaque type", "a ParsedObject")
    return "the \(what) '\(type.name)' is \(kind) called \(type.swiftName) in Swift: give a file with it by --swift"
  }
}
