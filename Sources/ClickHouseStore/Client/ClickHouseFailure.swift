/// Why a request has failed.
public enum ClickHouseFailure: Error, Sendable, Equatable {
  /// No connection could be made, so the server has not seen the request.
  case unreachable(String)
  /// The connection ended, or time was up, before there was an answer: it may have been done, or may still be.
  case noAnswer(String)
  /// The server's own word on what went wrong, with the number that ClickHouse has for it.
  case exception(code: Int, text: String)
  /// An answer that does not look like ClickHouse's, with the status of HTTP.
  case strange(status: Int, text: String)
  /// Whoever asked did not want to wait any more.
  case cancelled
}

extension ClickHouseFailure {
  /// What is to be done about a batch of rows that was not stored.
  public enum Remedy: Sendable, Equatable {
    /// Wait, ask whether the rows are there, and send them again if not.
    case askAndRepeat
    /// The same, and tell somebody, since it will not pass by itself.
    case report
    /// Set the rows aside if it happens again a few times: they may have been damaged on the way.
    case suspect
    /// Set the rows aside: the server will never take them.
    case setAside
  }

  /// What is to be done about a batch of rows that was not stored. Whatever is not known is repeated for ever: rows are not
  /// given up for a word that nobody here has heard of.
  public var remedy: Remedy {
    guard case .exception(let code, _) = self else { return .askAndRepeat }
    switch code {
    // The rows make no sense to the server: unreadable text or numbers (6, 16, 53, 62, 117 and their kin).
    case 6, 16, 26, 38, 41, 53, 62, 70, 72, 117, 130, 131: return .setAside
    // Input that ended early or did not parse: also what a body looks like that was cut on the way.
    case 27, 32, 33, 34, 354: return .suspect
    // No such table, database, user, password or right; a setting that it does not know.
    case 60, 81, 115, 164, 192, 193, 194, 195, 497, 516: return .report
    default: return .askAndRepeat
    }
  }

  /// An exception as ClickHouse writes it into the body of an answer, `Code: 60, e.displayText() = DB::Exception: …` or
  /// `Code: 60. DB::Exception: …`; nil where the text begins with none.
  public init?(exceptionText text: some StringProtocol) {
    guard text.hasPrefix("Code: "), let code = Int(text.dropFirst(6).prefix(while: { $0.isASCII && $0.isNumber }))
    else {
      return nil
    }
    self = .exception(code: code, text: Self.short(text))
  }

  /// The answer to a request that went wrong.
  /// - Parameters:
  ///   - code: in the header `X-ClickHouse-Exception-Code`; nil where there is none.
  init(status: Int, code: Int?, body: String) {
    if let failure = Self(exceptionText: body) {
      self = failure
    } else if let code {
      self = .exception(code: code, text: Self.short(body))
    } else {
      self = .strange(status: status, text: Self.short(body))
    }
  }

  /// The part of a server's text that people want to read, on one line: without the code, the exception's class, and a
  /// stack trace.
  private static func short(_ text: some StringProtocol) -> String {
    var line = Substring(String(text.prefix(2000)).replacing("\n", with: " "))
    if let start = line.firstRange(of: "DB::Exception: ") { line = line[start.upperBound...] }
    for end in [", e.what() = ", ", Stack trace", " Stack trace", " (version "] {
      if let range = line.firstRange(of: end) { line = line[..<range.lowerBound] }
    }
    return String(line.prefix(600))
  }
}

extension ClickHouseFailure: CustomStringConvertible {
  /// What went wrong, in the words of whoever found it.
  public var description: String {
    switch self {
    case .unreachable(let reason): "cannot be reached: \(reason)"
    case .noAnswer(let reason): "gave no answer: \(reason)"
    case .exception(let code, let text): "\(text) (code \(code))"
    case .strange(let status, let text):
      "gave an answer that is none of ClickHouse's (HTTP status \(status))\(text.isEmpty ? "" : ": \(text)")"
    case .cancelled: "the request was cancelled"
    }
  }
}
