/// What traffic says of a description. Codable, so that a report can be kept and compared with a later one.
public struct ValidationReport: Codable, Sendable {
  /// The description's name, and its fingerprint, which changes whenever the description does.
  public var description: String
  public var fingerprint: String
  public var files: [File]
  public var totals: Totals
  /// The worst first, of equals the most frequent.
  public var findings: [Finding]
  /// In the order of the description.
  public var types: [TypeUse]
  public var coverage: Coverage

  public struct File: Codable, Sendable, Equatable {
    public var path: String
    /// The same for the same capture under any name.
    public var identity: String?
  }

  public struct Totals: Codable, Sendable {
    public var packets = 0
    public var connections = 0
    public var messages = 0
    public var responseEntries = 0
    /// Bytes of all streams.
    public var streamBytes = 0
    /// Bytes that are no message, and bytes of messages that no field accounts for.
    public var skippedBytes = 0
    public var unreadBytes = 0
    /// Bytes that the capture lacks.
    public var lostBytes = 0
    /// Times that decoding had to look for the next message.
    public var resynchronizations = 0
  }

  /// What is seen of a type, and of each of its members.
  public struct TypeUse: Codable, Sendable {
    public var name: String
    public var count: Int
    public var members: [MemberUse]
  }

  public struct MemberUse: Codable, Sendable, Equatable {
    public var name: String
    public var type: String
    /// Times that it was there; of a list, its elements.
    public var count: Int
    /// Different values; the count stops at a limit.
    public var distinct: Int
    /// Of numbers.
    public var minimum: String?
    public var maximum: String?
    /// A hash over all values, whatever their order: it changes if any value does.
    public var digest: String
    /// Some values, as the description would show them.
    public var samples: [String]
  }
}

/// Something to be told of a description or of the traffic, with as many examples as are good to read.
public struct Finding: Codable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable, Comparable {
    /// Bytes that cannot be parsed.
    case failure
    /// A type that failures point to.
    case suspect
    /// A constraint does not hold.
    case violation
    /// A value of an enum that the description does not list.
    case unlisted
    /// Bytes of a part with a declared size that no field takes.
    case unread
    /// A response stream that ended otherwise than described.
    case stream
    /// Something about a field that is hardly meant so.
    case hint
    /// Bytes that the capture lacks or has twice: no fault of the description.
    case capture

    public static func < (left: Kind, right: Kind) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  public var kind: Kind
  /// What it is about: a type and its member, and where the description has them.
  public var type: String?
  public var member: String?
  public var place: Place?
  public var message: String
  public var count: Int
  public var examples: [Example]

  /// A line of a file of the description, from 1.
  public struct Place: Codable, Sendable, Hashable {
    public var file: String
    public var line: Int
  }

  /// One time that it happened.
  public struct Example: Codable, Sendable {
    public var file: String
    /// Number of the frame in the capture file, from 1.
    public var frame: Int?
    /// `source -> destination`.
    public var connection: String
    /// Place in the direction's stream, in bytes.
    public var streamOffset: Int
    /// Place in the message or entry, in bytes, and the path of the field.
    public var offset: Int
    public var path: String
    public var detail: String
    /// Bytes around the place.
    public var bytes: HexContext?
  }

  /// `type.member`, or the type alone.
  public var name: String? { type.map { type in member.map { "\(type).\($0)" } ?? type } }
}

/// Some bytes of a message, and which of them are meant.
public struct HexContext: Codable, Sendable {
  /// Place of the first byte in the message.
  public var offset: Int
  public var hex: String
  /// Places in the message.
  public var markStart: Int
  public var markEnd: Int
}
