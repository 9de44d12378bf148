import Capture
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

extension ConsoleDesk {
  var uploadOperation: Operation {
    Operation(
      [.post], "/api/v1/import/upload",
      "Import a capture file that is sent with the request; it is kept in the folder for imports",
      parameters: [
        .init(name: "name", schema: .fileName("what the file is called"), isRequired: true, doc: "of the file"),
        .init(name: "filter", schema: .string(), doc: "BPF"),
      ], body: .bytes("a capture file, compressed or not"), answers: [.json(Self.statusSchema)]
    ) { [self] request, context in
      let given = request.uri.formValues
      guard let name = given["name"] else { throw APIError(.badRequest, "the parameter 'name' is missing") }
      let folder = try ImportFolder(options.importFolder)
      // Nobody sends a gigabyte to be told that it comes at a bad time, or of a filter that is none.
      guard case .idle = runner.status.activity else {
        throw APIError(.conflict, "a capture or an import is running; stop it first")
      }
      try await changing { if let filter = given["filter"] { try CaptureFilter.check(filter) } }
      guard !isUploading.exchange(true, ordering: .relaxed) else {
        throw APIError(.conflict, "another file is being sent; wait until it is there")
      }
      defer { isUploading.store(false, ordering: .relaxed) }
      try await context.expectFile()
      let path = try await folder.keep(request.body, as: name, limit: options.limits.uploadBytes)
      do {
        try await changing { try await runner.startImport(ImportRequest([path], filter: given["filter"])) }
      } catch {
        // It is no capture, or one that is there already.
        unlink(path)
        throw error
      }
      return .json(status)
    }
  }
}

extension ImportFolder {
  /// Writes what a request brings to a new file in the folder. It has another name until it is whole, so that nobody takes a
  /// part of it for a capture.
  /// - Parameters:
  ///   - name: the file's; a number is added where there is one already.
  ///   - limit: of the file, in bytes.
  /// - Returns: The file's path.
  /// - Throws: `APIError` where there is more than the limit, or where it cannot be written; nothing is left of it then.
  func keep(_ body: RequestBody, as name: String, limit: Int) async throws -> String {
    let part = "\(root)/.\(UUID().uuidString).part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.refusal() }
    defer { unlink(part) }
    try await write(body, to: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), limit: limit)
    return try give(part, name)
  }

  private func write(_ body: RequestBody, to file: FileHandle, limit: Int) async throws {
    var count = 0
    for try await part in body {
      count += part.readableBytes
      guard count <= limit else {
        throw APIError(.contentTooLarge, "the file has more than \(limit) bytes; copy it into the folder for imports")
      }
      do {
        try file.write(contentsOf: Data(part.readableBytesView))
      } catch {
        throw APIError(
          .init(code: 507, reasonPhrase: "Insufficient Storage"),
          "the folder for imports cannot take the file: \(error.localizedDescription)")
      }
    }
  }

  /// Gives a file a name that none has.
  private func give(_ part: String, _ name: String) throws -> String {
    let url = URL(filePath: name)
    for number in 1...1000 {
      let numbered =
        number == 1 ? name : "\(url.deletingPathExtension().lastPathComponent)-\(number).\(url.pathExtension)"
      let path = "\(root)/\(numbered)"
      // Unlike renaming it replaces none.
      if link(part, path) == 0 { return path }
      guard errno == EEXIST else { throw Self.refusal() }
    }
    throw APIError(.conflict, "there are too many files called \(name) in the folder for imports")
  }

  private static func refusal() -> APIError {
    APIError(.forbidden, "no file can be made in the folder for imports: \(String(cString: strerror(errno)))")
  }
}
