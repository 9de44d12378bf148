/// What traffic says of a description. Codable, so that a report can be kept and compared with a later one.
public struct ValidationReport: Codable, Sendable {
  /// The description's name.
  public var description: String
  /// The description's fingerprint, which changes whenever the description does.
  public var fingerprint: String
  /// The captures, in the order in which they were read.
  public var files: [File]
  /// What the captures held.
  public var totals: Totals
  /// The worst first, of equals the most frequent.
  public var findings: [Finding]
  /// In the order of the description.
  public var types: [TypeUse]
  /// How much of the description the captures exercised.
  public var coverage: Coverage

  /// A capture that was read.
  public struct File: Codable, Sendable, Equatable {
    /// The path by which it was named; `-` for standard input.
    public var path: String
    /// The same for the same capture under any name.
    public var identity: String?
  }

  /// What was counted over all captures.
  public struct Totals: Codable, Sendable {
    /// Packets that were decoded.
    public var packets = 0
    /// Connections.
    public var connections = 0
    /// Messages that were parsed.
    public var messages = 0
    /// Units of response streams that were parsed.
    public var responseEntries = 0
    /// Bytes of all streams.
    public var streamBytes = 0
    /// Bytes that are no message.
    public var skippedBytes = 0
    /// Bytes of messages that no field accounts for.
    public var unreadBytes = 0
    /// Bytes that the capture lacks.
    public var lostBytes = 0
    /// Times that decoding had to look for the next message.
    public var resynchronizations = 0
  }

  /// What is seen of a type, and of each of its members.
  public struct TypeUse: Codable, Sendable {
    /// The type's name.
    public var name: String
    /// Times that it was parsed.
    public var count: Int
    /// Its fields and instances, in the order of the description.
    public var members: [MemberUse]
  }

  /// What is seen of a field or an instance.
  public struct MemberUse: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// As the description would write it, such as `u2be` or a type's name.
    public var type: String
    /// Times that it was there; of a list, its elements.
    public var count: Int
    /// Different values; the count stops at a limit.
    public var distinct: Int
    /// The least value; nil where it is no number, or was not there.
    public var minimum: String?
    /// The greatest value; nil where it is no number, or was not there.
    public var maximum: String?
    /// A hash over all values, whatever their order: it changes if any value does.
    public var digest: String
    /// Some values, as the description would show them.
    public var samples: [String]
  }
}

/// Something to be told of a description or of the traffic, with as many examples as are good to read.
public struct Finding: Codable, Sendable {
  /// What is to be told, the worst first.
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

    /// Whether one kind is worse than another.
    public static func < (left: Kind, right: Kind) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// What kind of finding it is.
  public var kind: Kind
  /// The type that it is about; nil where it is about none.
  public var type: String?
  /// The field or instance of that type; nil where it is about the type as a whole.
  public var member: String?
  /// Where the description has it; nil where that is nowhere in particular.
  public var place: Place?
  /// What was found, in words.
  public var message: String
  /// How often.
  public var count: Int
  /// Some of the times that it happened, the first ones.
  public var examples: [Example]

  /// A line of a file of the description, from 1.
  public struct Place: Codable, Sendable, Hashable {
    /// The file's name.
    public var file: String
    /// The line, from 1.
    public var line: Int
  }

  /// One time that it happened.
  public struct Example: Codable, Sendable {
    /// The capture, as it was named.
    public var file: String
    /// Number of the frame in the capture file, from 1.
    public var frame: Int?
    /// `source -> destination`.
    public var connection: String
    /// Place in the direction's stream, in bytes.
    public var streamOffset: Int
    /// Place in the message or entry, in bytes.
    public var offset: Int
    /// The path of the field, from the type of the message or entry.
    public var path: String
    /// What was found there, in words.
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
  /// The bytes, two upper-case digits each.
  public var hex: String
  /// Place in the message of the first byte that is meant.
  public var markStart: Int
  /// Place in the message behind the last byte that is meant; where it is `markStart`, the place itself is.
  public var markEnd: Int
}
