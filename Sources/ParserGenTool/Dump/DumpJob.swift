import Foundation
import ParserGen

/// A description and a file that is to be parsed by it, as a line of `--jobs` has it.
struct DumpJob: Decodable {
  var id: JobID?
  var spec: String?
  var file: String?
  var importPath: [String]?
  var opaque: [String]?
  var swift: [String]?
  var parameters: [String: ParameterValue]?

  enum CodingKeys: String, CodingKey {
    case id, spec, file, opaque, swift
    case importPath = "import_path"
    case parameters = "params"
  }
}

/// What its author calls a job: a text, or a number.
enum JobID: Codable, Equatable {
  case text(String)
  case number(Int)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self = try (try? container.decode(Int.self)).map { .number($0) } ?? .text(container.decode(String.self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    }
  }
}

/// Why there is no value of a job, or none that is whole.
struct JobFailure: Error, Equatable, Sendable {
  enum Status: String, Codable, Sendable {
    case parseError = "parse_error"
    case invalidDescription = "invalid_description"
    case compileError = "compile_error"
    case crash, timeout
  }

  var status: Status
  var kind: String
  /// In a description, of the element that is wrong.
  var path = ""
  var message: String

  static func compileError(_ message: String) -> JobFailure {
    JobFailure(status: .compileError, kind: "CompileError", message: message)
  }

  static func invalid(kind: String = "InvalidDescription", path: String = "", _ message: String) -> JobFailure {
    JobFailure(status: .invalidDescription, kind: kind, path: path, message: message)
  }
}

/// A line of `--output`.
enum JobResult {
  /// The line of a job that has a document of its own: what its program printed, an object in one line.
  static func line(_ id: JobID?, _ document: [UInt8]) -> [UInt8] {
    Array("{\"id\":".utf8) + json(id) + Array(",".utf8) + document.dropFirst()
  }

  static func line(_ id: JobID?, _ failure: JobFailure) -> [UInt8] {
    let document = FailureDocument(
      status: failure.status, error: .init(kind: failure.kind, path: failure.path, message: failure.message))
    return line(id, json(document) + [UInt8(ascii: "\n")])
  }

  private struct FailureDocument: Encodable {
    struct Failure: Encodable {
      var kind: String
      var path: String
      var message: String
    }

    var status: JobFailure.Status
    var error: Failure
    var issues: [String] = []
  }

  private static func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and whole numbers can always be written.
    return (try? encoder.encode(value)).map { [UInt8]($0) } ?? Array("null".utf8)
  }
}
