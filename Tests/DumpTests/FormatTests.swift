import Foundation
import Testing

/// The descriptions of Examples/formats, on real files, each judged by an independent program.
@Suite struct FormatTests {
  static let descriptions = [
    "png.ksy", "gif.ksy", "bmp.ksy", "wav.ksy", "zip.ksy", "gzip.ksy", "elf.ksy", "sqlite3.ksy", "pcap.ksy",
    "pcapng.ksy", "java_class.ksy", "truetype.ksy", "network/ethernet_frame.ksy", "network/dns_message.ksy",
    "tls_handshake.ksy",
  ]

  @Test(arguments: descriptions)
  func `a file is parsed as an independent program reads it`(description: String) throws {
    let (samples, results) = try Self.run.get()
    let own = samples.filter { $0.description == description }
    #expect(!own.isEmpty)
    for sample in own {
      let result = try #require(results[sample.name], "\(sample.name): no result")
      let kind = result["error"]?["kind"]?.text
      #expect(kind == sample.error, "\(sample.name): \(result["error"] ?? .null)")
      let value = try #require(result["value"], "\(sample.name): no value")
      for (path, expected) in sample.facts {
        let differences = value[path: path]?.differences(from: expected) ?? ["nothing instead of \(expected)"]
        #expect(differences.isEmpty, "\(sample.name) \(path)")
      }
      let failed = sample.error == nil ? Self.errors(in: value) : []
      #expect(failed.isEmpty, "\(sample.name): instances that cannot be evaluated")
    }
  }

  @Test func `one description and one file give the same value`() throws {
    let (samples, results) = try Self.run.get()
    let sample = try #require(samples.first { $0.name == "full.gz" })
    let outcome = try DumpTool.run(["dump", Self.path(sample.description), sample.file])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let expected = try #require(results[sample.name]?["value"])
    #expect(try JSONReader.read(outcome.output).differences(from: expected).isEmpty)
  }

  @Test func `all descriptions are accepted`() throws {
    let folder = DumpTool.root.appending(path: "Examples/formats")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ksy") }
    #expect(Set(Self.descriptions).isSubset(of: files))
    for file in files {
      let problems = try DumpTool.problems(of: Self.path(file)).filter { !$0.isWarning }
      #expect(problems.isEmpty, "\(file)")
    }
  }

  // MARK: Samples

  /// A file, and what is known of it.
  struct Sample: Sendable {
    var name: String
    /// Its path in Examples/formats.
    var description: String
    var file: String
    /// Values by their paths in the dump.
    var facts: [String: JSON]
    /// The kind of the error that must end the parse, if one must.
    var error: String?

    init(_ line: String) throws {
      let sample = try JSONReader.read(line)
      name = sample["name"]?.text ?? ""
      description = sample["description"]?.text ?? ""
      file = sample["file"]?.text ?? ""
      facts = sample["facts"]?.object ?? [:]
      error = sample["error"]?.text
    }
  }

  /// All files are made, judged, and parsed together.
  private static let run = Result { () throws -> ([Sample], [String: JSON]) in
    let maker = DumpTool.here.appending(path: "Formats/make.py").path
    let outcome = try DumpTool.system("python3", "-B", maker, folder.get().url.path)
    guard outcome.status == 0 else { throw DumpTool.Failure(description: "make.py: \(outcome.errors)") }
    let samples = try outcome.output.split(separator: "\n").map { try Sample(String($0)) }
    let jobs = samples.map { DumpTool.Job(id: $0.name, spec: path($0.description), file: $0.file) }
    return (samples, try DumpTool.results(of: jobs, in: folder.get()))
  }

  private static let folder: Result<Folder, any Error> = Result {
    let folder = try Folder()
    // What is static is never deinitialized.
    atexit { try? FileManager.default.removeItem(at: FormatTests.folder.get().url) }
    return folder
  }

  private static func path(_ description: String) -> String {
    DumpTool.root.appending(path: "Examples/formats/\(description)").path
  }

  /// The paths of errors in a value.
  private static func errors(in value: JSON, at path: String = "") -> [String] {
    switch value {
    case .object(let members):
      members["$error"].map { ["\(path): \($0)"] } ?? members.flatMap { errors(in: $1, at: "\(path)/\($0)") }
    case .list(let elements): elements.enumerated().flatMap { errors(in: $1, at: "\(path)/\($0)") }
    default: []
    }
  }
}
