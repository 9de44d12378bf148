import Foundation

@testable import parsergen

/// A folder for caches that tests share, since compiling the runtime takes long.
let testCache = NSTemporaryDirectory() + "parsergen-test-cache"

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
