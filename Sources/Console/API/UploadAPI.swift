import Capture
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

extension ConsoleDesk {
  static let uploadPath = "/api/v1/import/upload"

  var uploadOperation: Operation {
    Operation(
      [.post], Self.uploadPath,
      "Import a capture file that is sent with the request; it is kept in the folder for imports",
      parameters: [
        .init(name: "name", schema: .fileName("what the file is called"), isRequired: true, doc: "of the file"),
        .init(name: "filter", schema: .string(), doc: "BPF"),
      ], body: .bytes("a capture file, compressed or not"), answers: [.json(Self.statusSchema)]
    ) { [self] request, _ in
      let given = request.uri.formValues
      guard let name = given["name"] else { throw APIError(.badRequest, "the parameter 'name' is missing") }
      // Nobody sends a gigabyte to be told that it comes at a bad time.
      guard case .idle = runner.status.activity else {
        throw APIError(.conflict, "a capture or an import is running; stop it first")
      }
      let folder = try ImportFolder(options.importFolder)
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
  /// Writes what a request brings to a new file in the folder.
  /// - Parameters:
  ///   - name: the file's; a number is added where there is one already.
  ///   - limit: of the file, in bytes.
  /// - Returns: The file's path.
  /// - Throws: `APIError` where there is more than the limit, or where it cannot be written; nothing is left of it then.
  func keep(_ body: RequestBody, as name: String, limit: Int) async throws -> String {
    let (path, descriptor) = try create(name)
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
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
            "\(path) cannot be written: \(error.localizedDescription)")
        }
      }
    } catch {
      unlink(path)
      throw error
    }
    return path
  }

  /// A new file, and a descriptor to write it by.
  private func create(_ name: String) throws -> (String, Int32) {
    let url = URL(filePath: name)
    for number in 1...1000 {
      let numbered =
        number == 1
        ? name
        : "\(url.deletingPathExtension().lastPathComponent)-\(number).\(url.pathExtension)"
      let path = "\(root)/\(numbered)"
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 { return (path, descriptor) }
      guard errno == EEXIST else {
        throw APIError(.forbidden, "no file can be made in the folder for imports: \(String(cString: strerror(errno)))")
      }
    }
    throw APIError(.conflict, "there are too many files called \(name) in the folder for imports")
  }
}
