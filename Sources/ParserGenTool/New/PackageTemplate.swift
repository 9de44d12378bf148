import Foundation
import ParserGen

/// The files of a new package.
struct PackageTemplate {
  /// What the protocol is called.
  let name: String
  /// What people type to run the analyzer; also its module.
  var program: String { name + "cap" }

  private let port: UInt16
  private let toolchain: ToolchainPlace
  /// What the compiler calls the type of a message.
  private let type: String

  struct File {
    /// From the package's folder.
    var path: String
    var content: Data

    init(_ path: String, _ text: String) {
      self.path = path
      content = Data(text.utf8)
    }

    init(_ path: String, _ data: Data) {
      self.path = path
      content = data
    }
  }

  init(name: String, port: UInt16, toolchain: ToolchainPlace) throws {
    self.name = name
    self.port = port
    self.toolchain = toolchain
    // The compiler may know a name as one of Swift's, and call the type otherwise.
    let result = Generator(read: { _ in Self.description(name, port) }).generate(name + ".ksy")
    let code = result.files.map(\.text).joined()
    guard result.diagnostics.isEmpty, let found = code.firstMatch(of: #/enum (\w+)Specification: Specification/#) else {
      let reasons = result.diagnostics.map(\.description).joined(separator: "\n")
      throw NewPackageError("a protocol cannot be called '\(name)':\n\(reasons)")
    }
    type = String(found.1)
  }

  var files: [File] {
    [
      File("Package.swift", manifest), File("README.md", readme), File(".gitignore", ".build/\n*.db\n*.db-*\n"),
      File("Sources/\(program)/\(name).ksy", Self.description(name, port)),
      File("Sources/\(program)/\(programType).swift", main),
      File("Tests/\(program)Tests/\(type)Tests.swift", tests),
      File("sample.pcap", SampleCapture(Self.sample, port: port).data),
    ]
  }

  private var programType: String { program.prefix(1).uppercased() + program.dropFirst() }

  // MARK: Swift

  private var manifest: String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let package = Package(
      name: "\(program)",
      dependencies: [\(toolchain.dependency)],
      targets: [
        // The plugin makes a parser of each description (.ksy) in the target's folder, when it is built.
        .executableTarget(
          name: "\(program)",
          dependencies: [.product(name: "Analyzer", package: \(toolchain.identity))],
          exclude: ["\(name).ksy"],
          plugins: [.plugin(name: "ParserGenPlugin", package: \(toolchain.identity))]),
        .testTarget(
          name: "\(program)Tests",
          dependencies: [
            "\(program)",
            .product(name: "Capture", package: \(toolchain.identity)),
            .product(name: "ParserRuntime", package: \(toolchain.identity)),
          ]),
      ],
      swiftLanguageModes: [.v6]
    )

    """
  }

  private var main: String {
    """
    import Analyzer

    @main struct \(programType): AnalyzerProgram { static let specification = \(type)Specification.self }

    """
  }

  private var tests: String {
    """
    import Capture
    import Foundation
    import ParserRuntime
    import Testing

    @testable import \(program)

    @Suite struct \(type)Tests {
      @Test func `a message is parsed field by field`() throws {
        let bytes: [UInt8] = [0xCA, 0xFE, 2, 0, 3, 7, 0x08, 0x66]
        let message = try bytes.withUnsafeBytes { buffer in
          var reader = ByteReader(buffer, isComplete: true)
          return try \(type)(from: &reader)
        }
        guard case .reading(let reading) = message.body else {
          Issue.record("\\(message.body) is no reading")
          return
        }
        #expect(reading.sensor == 7 && reading.value == 2150)
      }

      @Test func `the sample holds nothing but what the description says`() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
          .deletingLastPathComponent()
        let report = try Validator(of: \(type)Specification.self).run([package.appending(path: "sample.pcap").path])
        #expect(report.totals.messages == \(Self.sample.count))
        #expect(report.findings.filter { $0.kind < .hint }.map(\\.message) == [])
      }
    }

    """
  }

  // MARK: The description

  private static func description(_ name: String, _ port: UInt16) -> String {
    """
    # The protocol, as a description in the language of Kaitai Struct (https://doc.kaitai.io). This one is of a small
    # protocol to begin with: make it yours. What you write as 'doc' is shown wherever people see the field.
    meta:
      id: \(name)
      # What people call the protocol.
      title: \(name)
      # The order of bytes, most significant first: be; or le.
      endian: be
      # How messages travel: the ports of servers, and the most bytes that a message has.
      -stream: {transport: tcp, ports: [\(port)], max-message: 65536}
      # What the program is called; all of it may be left out.
      -program: {version: 0.1.0}

    doc: |
      A message. Messages follow one another on a connection, in each direction.

    # The fields of a message, in their order.
    seq:
      - id: magic
        contents: [0xca, 0xfe]
        doc: What every message begins with. The way back into a damaged stream is found by it.
      - id: kind
        type: u1
        enum: kind
        valid: {in-enum: true}
        doc: What the body is.
      - id: length
        type: u2
        -sql: none
        doc: Bytes of the body. The table of messages has the whole message's length already.
      - id: body
        size: length
        type:
          switch-on: kind
          cases:
            'kind::hello': hello
            'kind::reading': reading
        doc: By kind.

    enums:
      kind:
        1: {id: hello, doc: Who begins says its name}
        2: {id: reading, doc: What a sensor has measured}

    # What messages are made of. Each of these becomes a table.
    types:
      hello:
        doc: Who begins says its name.
        seq:
          - id: name
            type: str
            encoding: UTF-8
            size-eos: true
            doc: The name.
      reading:
        doc: What a sensor has measured.
        seq:
          - id: sensor
            type: u1
            doc: Which sensor.
          - id: value
            type: s2
            doc: Hundredths of a degree.

    """
  }

  private static let sample: [(direction: Int, bytes: [UInt8])] = [
    (0, [0xCA, 0xFE, 1, 0, 6] + Array("garden".utf8)), (0, [0xCA, 0xFE, 2, 0, 3, 7, 0x08, 0x66]),
    (0, [0xCA, 0xFE, 2, 0, 3, 8, 0xFF, 0x38]),
  ]

  // MARK: The way on

  private var readme: String {
    """
    # \(program)

    Captures, imports, decodes and queries the protocol that [\(name).ksy](Sources/\(program)/\(name).ksy) describes.

        swift run \(program) import sample.pcap --database sample.db
        swift run \(program) query "select * from reading" --database sample.db
        swift run \(program) serve --database sample.db          # the web console
        swift run \(program) decode sample.pcap                  # messages field by field
        swift run \(program) capture --interface lo              # live (root)
        swift run \(program) --help

    Edit the description, and run again: parser, tables, console and reports are those of the new one. A mistake is an error
    of the build, at its line. `swift run \(program) validate your.pcap` holds the description against traffic, and tells
    which bytes it does not explain.

    `swift test` runs the tests in Tests/\(program)Tests.

    """
  }
}
