import Foundation
import ParserGen

/// A description, and where its parts are looked for.
struct DescriptionFiles: Hashable, Sendable {
  var spec: String
  var importPath: [String] = []
  /// The descriptions of opaque types.
  var opaque: [String] = []
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
}

/// What became of a description.
enum GeneratedParser: Codable, Sendable {
  case source(ParserSource)
  /// What is wrong with it: the Kaitai path of the first element, and the messages of all.
  case refused(path: String, message: String)

  /// Runs the compiler.
  init(_ files: DescriptionFiles) {
    let generator = Generator(access: "internal", importPaths: files.importPath) { path in
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
    func parser(_ namespace: String) -> Generator.ObjectParser {
      generator.objectParser(files.spec, namespace: namespace, opaque: files.opaque, isDumped: true)
    }
    // The code itself tells how it differs from that of others.
    let draft = parser("Parser")
    let errors = draft.diagnostics.filter { $0.severity == .error }
    guard let draftType = draft.rootType, errors.isEmpty else {
      self = .refused(path: errors.first?.path ?? "", message: errors.map(\.description).joined(separator: "\n"))
      return
    }
    if draft.hasParameters {
      self = .refused(path: "/params", message: "\(files.spec): the root type takes params, which nobody gives here")
      return
    }
    let name = "D" + Fingerprint([draft.text, draftType]).text
    let parser = parser(name)
    self = .source(ParserSource(name: name, text: parser.text, rootType: parser.rootType ?? draftType))
  }
}
