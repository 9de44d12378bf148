/// A setting: one key of the configuration file, one environment variable.
package struct Setting: Sendable {
  package enum Value: Equatable, Sendable {
    case flag(Bool)
    case integer(Int)
    case text(String)
  }

  /// What values are allowed.
  package enum Kind: Sendable {
    case flag
    case integer(ClosedRange<Int>)
    /// 0 for none, or one of these.
    case limit(ClosedRange<Int>)
    case text
    case choice([String])
  }

  /// `section.name`, or only a name.
  package let key: String
  package let kind: Kind
  package let standard: Value
  package let help: String

  package init(_ key: String, _ kind: Kind, _ standard: Value, _ help: String) {
    self.key = key
    self.kind = kind
    self.standard = standard
    self.help = help
  }

  /// The environment variable that sets it.
  /// - Parameter prefix: what those of the program begin with, before a `_`.
  package func environmentName(_ prefix: String) -> String {
    ([prefix] + key.uppercased().split(separator: ".").map(String.init)).joined(separator: "_")
  }

  /// The known name that is most like one that is not known; nil if none is.
  package static func nearest(to name: String, in names: [String]) -> String? {
    let ranked = names.map { ($0, Array($0).difference(from: Array(name)).count) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(3, name.count / 2) else { return nil }
    return best.0
  }

  // MARK: Values

  /// What a value has to be, in words.
  package var expectation: String {
    switch kind {
    case .flag: "true or false"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .limit(let range): "0, or an integer from \(range.lowerBound) to \(range.upperBound)"
    case .text: "a text in quotation marks"
    case .choice(let choices): "one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))"
    }
  }

  /// A value written without quotation marks, as in an environment variable; nil where it is none of this setting's.
  package func value(of text: String) -> Value? {
    switch kind {
    case .flag: ["true": .flag(true), "false": .flag(false), "1": .flag(true), "0": .flag(false)][text]
    case .integer(let range): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
    case .limit(let range): Int(text).flatMap { $0 == 0 || range.contains($0) ? .integer($0) : nil }
    case .text: .text(text)
    case .choice(let choices): choices.contains(text) ? .text(text) : nil
    }
  }
}

extension Setting.Value: CustomStringConvertible {
  /// As JSON.
  package var description: String {
    switch self {
    case .flag(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .text(let value): jsonText(value)
    }
  }
}
