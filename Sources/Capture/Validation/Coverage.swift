import ParserRuntime

/// How much of a description some traffic has exercised.
public struct Coverage: Codable, Sendable {
  /// In the order of the description.
  public var points: [Point]
  /// The description's files, for listings.
  public var sources: [Source]

  /// Something that a description says can happen, and how often it did.
  public struct Point: Codable, Sendable {
    /// What can happen.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// A type is parsed; a field is there; an `if` holds, or does not; a case of a switch is taken; a value of an enum
      /// is met; a boolean is true, or false.
      case type, field, condition, `case`, value, flag
    }

    /// What kind of point it is.
    public var kind: Kind
    /// What it is: `header`, `header.magic`, `network::live`.
    public var name: String
    /// What of it has to happen; empty where it is just to be there: `true`, `message_type::publish`.
    public var outcome: String
    /// The file's number in `sources`, from 0.
    public var source: Int
    /// The line in that file, from 1.
    public var line: Int
    /// How often it happened.
    public var hits: Int
  }

  /// A file of the description, as it was when the parser was made of it.
  public struct Source: Codable, Sendable {
    /// The file's name, without its folder.
    public var name: String
    /// All of its text.
    public var text: String
  }

  /// Points that were reached, and all of them.
  public struct Share: Sendable, Equatable {
    /// Points that were reached.
    public var hit: Int
    /// All points.
    public var all: Int

    /// 100 where there is nothing to be reached.
    public var percent: Double { all == 0 ? 100 : Double(hit) * 100 / Double(all) }
  }

  /// Of points of all kinds.
  public var total: Share { share { _ in true } }

  /// Of points of one kind.
  public func share(of kind: Point.Kind) -> Share { share { $0.kind == kind } }

  private func share(_ isCounted: (Point) -> Bool) -> Share {
    let counted = points.filter(isCounted)
    return Share(hit: counted.count { $0.hits > 0 }, all: counted.count)
  }
}

extension Coverage.Point {
  /// `header.magic`, `msg_reading.time if false`, `kind::reading`.
  public var text: String { outcome.isEmpty ? name : "\(name) \(outcome)" }
}

extension Coverage {
  init(_ statistics: TrafficStatistics) {
    let outline = statistics.outline
    sources = outline.sources.map { Source(name: $0.name, text: $0.text) }
    points = []
    for type in outline.types {
      let seen = statistics.type(type.name)
      func add(_ kind: Point.Kind, _ name: String, _ outcome: String, _ line: Int, _ hits: Int) {
        points.append(
          Point(kind: kind, name: name, outcome: outcome, source: type.source, line: line, hits: hits))
      }
      add(.type, type.name, "", type.line, seen.count)
      for member in type.members {
        let values = statistics.member(member.name, of: type.name)
        let name = "\(type.name).\(member.name)"
        if !member.isInstance { add(.field, name, "", member.line, values.count) }
        if let line = member.conditionLine {
          let (held, failed) =
            member.isInstance ? (values.count, seen.count - values.count) : values.conditions
          add(.condition, name, "if true", line, held)
          add(.condition, name, "if false", line, failed)
        }
        for item in member.cases {
          // What is no user type is told by being none of the others.
          let others = values.count - values.types.reduce(0) { $0 + $1.count }
          let hits = item.type.map { statistics.count(of: $0, in: values) } ?? others
          add(.case, name, "case \(item.match)", item.line, hits)
        }
        if member.isBoolean {
          for value in [Int64(1), 0] {
            add(.flag, name, value == 1 ? "true" : "false", member.line, values.count(of: value))
          }
        }
      }
    }
    for (index, enumeration) in outline.enumerations.enumerated() {
      for value in enumeration.values {
        points.append(
          Point(
            kind: .value, name: "\(enumeration.name)::\(value.name)", outcome: "", source: enumeration.source,
            line: value.line, hits: statistics.count(of: value.value, in: index)))
      }
    }
  }
}
