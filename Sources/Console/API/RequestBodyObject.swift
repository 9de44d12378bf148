import HummingbirdCore
import NIOCore
import Capture
import Foundation
import HTTPTypes
import Hummingbird

/// A request's body: a JSON object of the shape that its operation takes, whose members are asked for one by one.
struct RequestBodyObject {
  private let members: [String: Any]

  /// - Parameters:
  ///   - limit: of the body, in bytes.
  ///   - schema: what the operation takes.
  /// - Throws: `APIError` where the body is something else.
  init(_ request: Request, limit: Int, as schema: Schema) async throws {
    guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
      throw APIError(.unsupportedMediaType, "send JSON, with 'Content-Type: application/json'")
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw APIError(.contentTooLarge, "the request's body has more than \(limit) bytes")
    }
    guard let members = try? JSONSerialization.jsonObject(with: Data(buffer.readableBytesView)) as? [String: Any] else {
      throw APIError(.badRequest, "the request's body is no JSON object")
    }
    try schema.check(members)
    self.members = members
  }

  private init(members: [String: Any]) { self.members = members }

  func object(_ name: String) throws -> RequestBodyObject? {
    try value(name, "an object") { $0 as? [String: Any] }.map { RequestBodyObject(members: $0) }
  }

  func queryValueIfAny(_ name: String) throws -> QueryValue? {
    try value(name, "a text or a number", Self.queryValue)
  }

  func text(_ name: String) throws -> String {
    guard let value = try textIfAny(name) else { throw APIError(.badRequest, "'\(name)' is missing") }
    return value
  }

  func textIfAny(_ name: String) throws -> String? { try value(name, "a text") { $0 as? String } }

  func numberIfAny(_ name: String) throws -> Double? { try value(name, "a number") { ($0 as? NSNumber)?.doubleValue } }

  /// An integer; one that a number of JavaScript cannot hold comes as a text, as it went.
  func integerIfAny(_ name: String) throws -> Int? { try value(name, "a whole number", Self.integer) }

  /// A list of such integers; empty where there is none.
  func integers(_ name: String) throws -> [Int] {
    try value(name, "a list of whole numbers") { ($0 as? [Any])?.compactMap(Self.integer) } ?? []
  }

  private static func integer(_ value: Any) -> Int? {
    (value as? String).flatMap { Int($0) } ?? (value as? NSNumber)?.whole
  }

  func flagIfAny(_ name: String) throws -> Bool? { try value(name, "true or false") { $0 as? Bool } }

  func flag(_ name: String) throws -> Bool { try flagIfAny(name) ?? false }

  /// Values for a query's parameters: a list, or an object with names.
  func parameters(_ name: String) throws -> QueryParameters {
    try value(name, Self.parametersExpectation, Self.parameters) ?? .none
  }

  /// The same, as a text that an address has.
  static func parameters(json: String) throws -> QueryParameters {
    guard let value = try? JSONSerialization.jsonObject(with: Data(json.utf8)), let values = parameters(value) else {
      throw APIError(.badRequest, "'parameters' must be JSON, \(parametersExpectation)")
    }
    return values
  }

  private static let parametersExpectation = "a list or an object of texts, numbers, truth values and nulls"

  private static func parameters(_ value: Any) -> QueryParameters? {
    if let list = value as? [Any] {
      let values = list.compactMap(queryValue)
      return values.count == list.count ? .list(values) : nil
    }
    guard let object = value as? [String: Any] else { return nil }
    let values = object.compactMapValues(queryValue)
    return values.count == object.count ? .named(values) : nil
  }

  static func queryValue(_ value: Any) -> QueryValue? {
    switch value {
    case is NSNull: return .null
    case let text as String: return .text(text)
    case let number as NSNumber:
      // The only way to tell 1 from 1.0 that JSONSerialization leaves.
      let type = String(cString: number.objCType)
      return type == "d" || type == "f" ? .real(number.doubleValue) : .integer(number.int64Value)
    default: return nil
    }
  }

  private func value<Value>(_ name: String, _ expectation: String, _ convert: (Any) -> Value?) throws -> Value? {
    guard let value = members[name], !(value is NSNull) else { return nil }
    guard let converted = convert(value) else { throw APIError(.badRequest, "'\(name)' must be \(expectation)") }
    return converted
  }
}

extension ConsoleDesk {
  /// A request's body.
  /// - Throws: `APIError` where it is larger than bodies may be, or of another shape.
  func body(of request: Request, as schema: Schema) async throws -> RequestBodyObject {
    try await RequestBodyObject(request, limit: options.limits.bodyBytes, as: schema)
  }
}
