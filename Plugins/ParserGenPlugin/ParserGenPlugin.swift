import Foundation
import PackagePlugin

/// Compiles the descriptions of a target into Swift while it is built.
///
/// `parsergen.json` in the target's folder names them: `{"descriptions": ["../../protocol/thermo.ksy"],
/// "access": "public", "importPaths": ["../../formats"]}`, paths relative to that folder; `access` and `importPaths`, the
/// folders for imports that begin with `/`, may be left out. Without the file all .ksy files of the folder are taken.
@main
struct ParserGenPlugin: BuildToolPlugin {
  struct Configuration: Decodable {
    var descriptions: [String]
    var access: String?
    var importPaths: [String]?
  }

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = target.directoryURL
    let file = folder.appending(path: "parsergen.json")
    let hasFile = FileManager.default.fileExists(atPath: file.path)
    let configuration =
      hasFile
      ? try readConfiguration(file) : Configuration(descriptions: try descriptions(in: folder))
    let specs = configuration.descriptions.map { folder.appending(path: $0).standardizedFileURL }
    guard !specs.isEmpty else {
      Diagnostics.warning("\(target.name): no description (.ksy) found for parsergen")
      return []
    }
    let output = context.pluginWorkDirectoryURL
    let importPaths = (configuration.importPaths ?? []).map { folder.appending(path: $0).standardizedFileURL }
    let inputs = specs.reduce(into: [URL]()) { addWithDependencies($1, importPaths, to: &$0) }
    return [
      .buildCommand(
        displayName: "Compiling \(specs.map(\.lastPathComponent).joined(separator: ", "))",
        executable: try context.tool(named: "parsergen-plugin").url,
        arguments: ["generate"] + specs.map(\.path)
          + ["--output", output.path, "--access", configuration.access ?? "public"]
          + importPaths.flatMap { ["--import-path", $0.path] },
        inputFiles: inputs + (hasFile ? [file] : []),
        outputFiles: specs.flatMap { outputNames(for: $0) }.map { output.appending(path: $0) })
    ]
  }

  private func readConfiguration(_ file: URL) throws -> Configuration {
    do {
      return try JSONDecoder().decode(Configuration.self, from: Data(contentsOf: file))
    } catch {
      Diagnostics.error(
        "\(file.path):1:1: error: expected {\"descriptions\": [\"FILE.ksy\"], \"access\": \"public\"}: \(error)")
      throw error
    }
  }

  private func descriptions(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ksy") }.sorted()
  }

  /// The description, its SQL and what it imports: a change in any of them, and in nothing else, runs the tool.
  private func addWithDependencies(_ file: URL, _ importPaths: [URL], to inputs: inout [URL]) {
    guard !inputs.contains(file) else { return }
    inputs.append(file)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return }
    let folder = file.deletingLastPathComponent()
    for dependency in dependencies(text) {
      // An import that begins with a slash is in the first of the folders that has it.
      let candidates = (dependency.hasPrefix("/") ? importPaths : [folder])
        .map { $0.appending(path: dependency).standardizedFileURL }
      guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else { continue }
      if dependency.hasSuffix(".ksy") {
        addWithDependencies(path, importPaths, to: &inputs)
      } else if !inputs.contains(path) {
        inputs.append(path)
      }
    }
  }

  /// File names under `meta`'s `imports`, and after the keys of files with SQL. Reading lines is enough to know what to
  /// watch; the tool itself reads the YAML.
  private func dependencies(_ text: String) -> [String] {
    var found: [String] = []
    var isImports = false
    for line in text.split(separator: "\n") {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words.hasPrefix("imports:") {
        isImports = true
        let inline = words.dropFirst("imports:".count).trimmingCharacters(in: CharacterSet(charactersIn: " []"))
        found += inline.split(separator: ",").map { name($0) + ".ksy" }
      } else if isImports, words.hasPrefix("- ") {
        found.append(name(words.dropFirst(2)) + ".ksy")
      } else {
        isImports = false
        // Those for ClickHouse end like these.
        for range in words.ranges(of: "views:") + words.ranges(of: "queries:") {
          found.append(name(words[range.upperBound...].prefix { $0 != "," && $0 != "}" && $0 != "#" }))
        }
      }
    }
    return found.filter { !$0.isEmpty && $0 != ".ksy" }
  }

  private func name(_ text: some StringProtocol) -> String {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " '\""))
  }

  /// As `Generator.outputNames` has it; a plugin cannot link the library.
  private func outputNames(for spec: URL) -> [String] {
    let stem = spec.lastPathComponent.split(separator: ".").first.map(String.init) ?? ""
    let name = stem.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return ["", "+Rows", "+Specification"].map { name + $0 + ".swift" }
  }
}
