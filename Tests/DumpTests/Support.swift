import Foundation

@testable import parsergen

/// A folder for a test's files, removed with this object.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "parsergen-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  func file(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
    try Data(content).write(to: URL(filePath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  @discardableResult
  func file(_ name: String, _ text: String) throws -> String { try file(name, text.utf8) }
}

/// Code of the shape that the compiler generates, for a type whose `read()` does what a test wants.
func parserSource(_ read: String) -> ParserSource {
  // No two tests share a program.
  let name = "D" + Fingerprint([UUID().uuidString]).text
  let text = """
    import ParserDump
    import ParserRuntime

    enum \(name) {
      final class Test: DumpableObject {
        static let typeName = "test"
        let stream: ByteStream
        var parentObject: (any ParsedObject)? { nil }
        let startPosition: Int
        var currentMember: (name: StaticString, index: Int?)?
        var value: UInt8?

        init(stream: ByteStream, parent: (any ParsedObject)?, root: (any ParsedObject)?) {
          self.stream = stream
          startPosition = stream.position
        }

        func read() throws(ParseError) {
          currentMember = ("value", nil)
          \(read)
          currentMember = nil
        }

        func dumpMembers() -> [DumpMember] {
          [DumpMember(.field, "value") { [self] () throws(ParseError) -> DumpValue? in value.map { .integer(Int128($0)) } }]
        }
      }
    }

    """
  return ParserSource(name: name, text: text, rootType: "\(name).Test")
}
