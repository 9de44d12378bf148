import Foundation

extension ValidationReport {
  /// The report as JSON, with keys in order, so that two can be compared line by line.
  public var json: String { get throws { try jsonText(self) } }

  /// Reads a report that `json` made.
  public init(file: String) throws(CaptureError) {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CaptureError("\(file): cannot be read; name a report that 'validate --format json' wrote")
    }
    do {
      self = try JSONDecoder().decode(ValidationReport.self, from: data)
    } catch {
      throw CaptureError("\(file): is no report that 'validate --format json' wrote (\(Self.reason(error)))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "wrong value at '\(context.codingPath.map(\.stringValue).joined(separator: "."))'"
    case DecodingError.dataCorrupted: "no JSON"
    default: "\(error)"
    }
  }
}

/// JSON with keys in order, and a line break behind it.
package func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
