import Foundation

/// What a package depends on that is made from a description: the package of this program.
enum ToolchainPlace {
  case checkout(String)
  case repository(String)

  private static let name = "nanocap"

  /// - Parameter text: a folder, or a URL.
  init(named text: String) {
    // As Git has it: `git@host:path` is no URL, and no folder either.
    let isRemote = text.contains("://") || text.wholeMatch(of: #/[^/:]+@[^/:]+:.*/#) != nil
    self = isRemote ? .repository(text) : .checkout(URL(filePath: text).standardizedFileURL.path)
  }

  /// The checkout that the program was built in; nil where it has been installed elsewhere.
  static var ofThisProgram: ToolchainPlace? {
    var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    if let path = Bundle.main.executablePath { folder = URL(filePath: path).resolvingSymlinksInPath() }
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let parts = ["Package.swift", "Sources/Analyzer", "Plugins/ParserGenPlugin"]
      if parts.allSatisfy({ FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }) {
        return .checkout(folder.path)
      }
    }
    return nil
  }

  /// The dependency, as a manifest has it.
  var dependency: String {
    switch self {
    case .checkout(let path): ".package(name: \(Self.literal(Self.name)), path: \(Self.literal(path)))"
    case .repository(let url): ".package(url: \(Self.literal(url)), branch: \"main\")"
    }
  }

  /// What products name it by: SwiftPM knows a repository by the end of its URL.
  var identity: String {
    switch self {
    case .checkout: return Self.literal(Self.name)
    case .repository(let url):
      let end = url.split { "/:".contains($0) }.last.map(String.init) ?? Self.name
      return Self.literal(end.hasSuffix(".git") ? String(end.dropLast(4)) : end)
    }
  }

  private static func literal(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
