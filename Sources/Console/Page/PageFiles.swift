import Capture
import HTTPTypes
import Hummingbird
import ParserRuntime

/// The page's files, which are part of the program: there is no file system behind them that a path could lead into.
struct PageFiles {
  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
  ]

  private var files: [String: (bytes: ByteBuffer, type: String, tag: String)] = [:]

  /// What a file has in the place of the program's name.
  private static let placeholder = "{{program}}"

  init(program: SpecificationInfo.Program) {
    for file in EmbeddedPage.files {
      var bytes = ByteBuffer(
        bytes: UnsafeBufferPointer(start: file.content.utf8Start, count: file.content.utf8CodeUnitCount))
      if file.name.hasSuffix(".html") {
        let name = program.name.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        bytes = ByteBuffer(string: String(buffer: bytes).replacing(Self.placeholder, with: name))
      }
      let ending = file.name.split(separator: ".").last.map(String.init) ?? ""
      files[file.name] = (bytes, Self.types[ending] ?? "text/plain; charset=utf-8", Self.tag(bytes))
    }
    // Which libraries the program was built with: the page does without those that are missing.
    let vendor = EmbeddedPage.files.map(\.name).filter { $0.hasPrefix("vendor/") }
    let list = ByteBuffer(bytes: JSON.array(vendor.map { .text($0) }).utf8)
    files["vendor/list.json"] = (list, "application/json; charset=utf-8", Self.tag(list))
  }

  func answer(_ name: String, to request: Request) throws -> Response {
    guard let file = files[name] else { throw APIError(.notFound, "there is no page \(request.uri.path)") }
    var headers: HTTPFields = [.contentType: file.type, .eTag: file.tag, .cacheControl: "no-cache"]
    guard request.headers[.ifNoneMatch] != file.tag else { return Response(status: .notModified, headers: headers) }
    headers[.contentLength] = "\(file.bytes.readableBytes)"
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
  }

  /// It changes with the file.
  private static func tag(_ bytes: ByteBuffer) -> String {
    "\"\(bytes.withUnsafeReadableBytes(contentHash))\""
  }
}
