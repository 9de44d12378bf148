import Foundation
import PackagePlugin

/// Makes the files of the target's folder `Public` part of the program, and beside them the libraries that `vendor.json`
/// names, as far as the system has them.
@main
struct EmbedPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? SourceModuleTarget else { return [] }
    let folder = target.directoryURL.appending(path: "Public")
    let vendor = target.directoryURL.appending(path: "vendor.json")
    var files: [(name: String, url: URL)] = []
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let url = walk?.nextObject() as? URL {
      guard !url.hasDirectoryPath else { continue }
      files.append((String(url.path.dropFirst(folder.path.count + 1)), url))
    }
    let libraries = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: vendor))
    for (name, path) in libraries where FileManager.default.fileExists(atPath: path) {
      files.append((name, URL(filePath: path)))
    }
    files.sort { $0.name < $1.name }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPage.swift")
    return [
      .buildCommand(
        displayName: "Embedding the page", executable: try context.tool(named: "embed").url,
        arguments: [output.path] + files.map { "\($0.name)=\($0.url.path)" },
        inputFiles: [vendor] + files.map(\.url), outputFiles: [output])
    ]
  }
}
