import Foundation
import PackagePlugin

/// Makes texts part of a target, as the enum that `embed.json` in the target's folder describes:
/// `{"name": "EmbeddedPage", "folders": {"": "Public"}, "optional": {"vendor/chart.js": "/usr/share/chart.js"}}`.
///
/// Paths are relative to that folder, names of files to the key of theirs. `optional` names files of the system, which are
/// embedded where it has them.
@main
struct EmbedPlugin: BuildToolPlugin {
  struct Configuration: Decodable {
    var name: String
    var folders: [String: String]
    var optional: [String: String]?
  }

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let file = target.directoryURL.appending(path: "embed.json")
    let configuration = try JSONDecoder().decode(Configuration.self, from: Data(contentsOf: file))
    var files: [(name: String, url: URL)] = []
    for (prefix, path) in configuration.folders {
      let folder = target.directoryURL.appending(path: path).standardizedFileURL
      let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
      while let url = walk?.nextObject() as? URL {
        guard !url.hasDirectoryPath else { continue }
        let name = String(url.path.dropFirst(folder.path.count + 1))
        files.append((prefix.isEmpty ? name : "\(prefix)/\(name)", url))
      }
    }
    for (name, path) in configuration.optional ?? [:] where FileManager.default.fileExists(atPath: path) {
      files.append((name, URL(filePath: path)))
    }
    files.sort { $0.name < $1.name }
    let output = context.pluginWorkDirectoryURL.appending(path: "\(configuration.name).swift")
    return [
      .buildCommand(
        displayName: "Embedding \(configuration.name)", executable: try context.tool(named: "embed").url,
        arguments: [output.path, configuration.name] + files.map { "\($0.name)=\($0.url.path)" },
        inputFiles: [file] + files.map(\.url), outputFiles: [output])
    ]
  }
}
