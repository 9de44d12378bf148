import Capture
import Foundation
import HTTPTypes
import Hummingbird
import ParserRuntime

extension ConsoleDesk {
  private static let importBody = Schema.object([
    ("file", .filled("relative to the folder")), ("filter", .omittable(.string("BPF"))),
    ("again", .omittable(.boolean("import a file that was imported before once more"))),
  ])

  var importOperation: Operation {
    Operation(
      [.post], "/api/v1/import", "Import a capture file from the folder for imports (web.import_folder)",
      body: .json(Self.importBody), answers: [.json(Self.statusSchema)]
    ) { [self] request, context in
      let body = try await self.body(of: request, as: Self.importBody)
      let file = try ImportFolder(options.importFolder).path(of: try body.text("file"))
      try await changing {
        try await runner.startImport(
          ImportRequest([file], filter: try body.textIfAny("filter"), isAgain: try body.flag("again")))
      }
      return .json(status)
    }
  }

  var filesOperation: Operation {
    Operation(
      [.get], "/api/v1/import/files", "Capture files that can be imported",
      answers: [
        .json(
          .object([
            ("folder", .nullable(.string("nil where imports are switched off"))),
            ("files", .array(of: .object([("file", .string()), ("bytes", .integer())]))),
          ]))
      ]
    ) { [self] _, _ in
      let files = options.importFolder == nil ? [] : try ImportFolder(options.importFolder).files()
      return .json([
        "folder": .optional(options.importFolder),
        "files": .array(files.map { ["file": .text($0.name), "bytes": .integer($0.size)] }),
      ])
    }
  }
}

/// The folder that files may be imported from. Nothing outside of it can be named, not by links either.
struct ImportFolder {
  private static let maximumFiles = 1000
  /// The last ones are of compressed files.
  static let suffixes: Set<String> = ["pcap", "pcapng", "cap", "dump", "gz", "zst", "lz4", "xz"]

  let root: String

  init(_ path: String?) throws {
    guard let path else {
      throw APIError(.forbidden, "imports are switched off; web.import_folder names a folder for them")
    }
    guard let root = Self.resolve(path) else {
      throw APIError(.notFound, "the folder for imports, \(path), is not there")
    }
    self.root = root
  }

  func path(of name: String) throws -> String {
    guard !name.isEmpty, !name.contains("\0"), let path = Self.resolve(root + "/" + name) else {
      throw APIError(.notFound, "there is no file \(name) in the folder for imports")
    }
    guard path.hasPrefix(root == "/" ? "/" : root + "/") else {
      throw APIError(.forbidden, "only files in the folder for imports can be imported")
    }
    return path
  }

  func files() throws -> [(name: String, size: Int)] {
    let walk = FileManager.default.enumerator(
      at: URL(filePath: root), includingPropertiesForKeys: [.fileSizeKey, .isRegularFileKey],
      options: [.skipsHiddenFiles])
    var found: [(String, Int)] = []
    while found.count < Self.maximumFiles, let url = walk?.nextObject() as? URL {
      if walk?.level ?? 0 > 2 { walk?.skipDescendants() }
      guard Self.suffixes.contains(url.pathExtension.lowercased()) else { continue }
      let values = try url.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
      if values.isRegularFile == true {
        found.append((String(url.path.dropFirst(root.count + 1)), values.fileSize ?? 0))
      }
    }
    return found.sorted { $0.0 < $1.0 }
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
