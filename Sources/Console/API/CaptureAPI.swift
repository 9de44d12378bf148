import ParserRuntime
import Capture
import Foundation
import HTTPTypes
import Hummingbird

// The original has these as GET; they are POST too. Requests of other sites do not come so far: see RequestGuard.
extension ConsoleDesk {
  var startOperation: Operation {
    change("capture/start", "Start a capture; nothing happens while one runs") { try await $0.startCapture() }
  }

  var stopOperation: Operation {
    change("capture/stop", "End the capture or the import that runs; all of it is committed then") { await $0.stop() }
  }

  var toggleOperation: Operation {
    change("capture/toggle", "Start a capture, or end the one that runs") { runner in
      if case .capturing = runner.status.activity { await runner.stop() } else { try await runner.startCapture() }
    }
  }

  var destroyOperation: Operation {
    change("capture/destroy", "End what runs, and remove everything from the database") { [queries] runner in
      queries.cancelAll()
      try await runner.removeData()
    }
  }

  private func change(
    _ path: String, _ summary: String, _ body: @escaping @Sendable (ActivityRunner) async throws -> Void
  ) -> Operation {
    Operation([.get, .post], "/api/v1/\(path)", summary, answers: [.json(Self.statusSchema)]) { [self] _, _ in
      try await changing { try await body(runner) }
      return .json(status)
    }
  }

  /// What the runner refuses is a conflict.
  private func changing(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as CaptureError {
      throw APIError(.conflict, error.description)
    }
  }

  // MARK: Import

  var importOperation: Operation {
    Operation(
      [.post], "/api/v1/import", "Import a capture file from the folder for imports (web.import_folder)",
      body: .object([
        ("file", .string("relative to the folder")), ("filter", .optional(.string("BPF"))),
      ]), answers: [.json(Self.statusSchema)]
    ) { [self] request, context in
      let body = try await RequestBodyObject(request, limit: options.limits.bodyBytes)
      let file = try ImportFolder(options.importFolder).path(of: try body.text("file"))
      try await changing { try await runner.startImport([file], filter: try body.textIfAny("filter")) }
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

  // MARK: Indices

  var indicesOperation: Operation {
    Operation(
      [.get], "/api/v1/indices", "Indices that make queries faster, and whether they are there",
      answers: [
        .json(
          .object([("indices", .array(of: .object([("name", .string()), ("sql", .string()), ("exists", .boolean())])))])
        )
      ]
    ) { [self] _, _ in
      let existing = try await queries.rows("SELECT name FROM sqlite_master WHERE type = 'index'")
        .compactMap { row -> String? in if case .text(let name)? = row.first?.1 { name } else { nil } }
      let indices = SuggestedIndex.all(of: runner.info).map { index -> JSON in
        [
          "name": .text(index.name), "sql": .text(index.sql),
          "exists": .bool(existing.contains(index.name)),
        ]
      }
      return .json(["indices": .array(indices)])
    }
  }

  var makeIndicesOperation: Operation {
    Operation(
      [.post], "/api/v1/indices/make", "Make the suggested indices; no capture may run meanwhile",
      answers: [.json(.object([("made", .integer())]))]
    ) { [self] _, _ in
      let indices = SuggestedIndex.all(of: runner.info)
      try await changing { try await runner.makeIndices(indices.map(\.sql)) }
      return .json(["made": .integer(indices.count)])
    }
  }
}

/// The folder that files may be imported from. Nothing outside of it can be named, not by links either.
struct ImportFolder {
  private static let maximumFiles = 1000
  private static let suffixes: Set<String> = ["pcap", "pcapng", "cap", "dump"]

  private let root: String

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
