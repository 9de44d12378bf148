import Capture
import ClickHouseSchema
import ParserRuntime

/// A user's statement as it may be sent to the server: one that reads, with the parameters' values in their places.
///
/// The server refuses by itself what writes, and what reaches outside, as far as the user's rights and `readonly` go. This
/// is what `readonly` allows and what is of no use here, and it says so in words that help.
struct ReadingStatement {
  /// Without a `;` behind it.
  let text: String

  /// What a statement that reads begins with.
  private static let beginnings: Set<String> = ["select", "with", "show", "describe", "desc", "exists", "explain"]

  /// Functions that reach files, other servers or other programs.
  private static let outward: Set<String> = [
    "azureblobstorage", "azureblobstoragecluster", "cluster", "clusterallreplicas", "deltalake", "deltalakecluster",
    "executable", "file", "filecluster", "gcs", "hdfs", "hdfscluster", "hudi", "hudicluster", "iceberg",
    "icebergcluster", "input", "jdbc", "mongodb", "mysql", "odbc", "postgresql", "redis", "remote", "remotesecure",
    "s3",
    "s3cluster", "sqlite", "url", "urlcluster", "ytsaurus", "arrowflight", "catboostevaluate",
  ]

  /// - Throws: Where it is none, is more than one, or does not read, or where a parameter has no value.
  init(_ text: String, _ parameters: QueryParameters = .none) throws(QueryError) {
    let tokens = try Self.only(ClickHouseLexer.tokens(text))
    guard let first = tokens.first(where: { $0.text != "(" }) else { throw QueryError(.sql, "there is no SQL to run") }
    guard Self.beginnings.contains(first.text.lowercased()) else {
      throw QueryError(
        .forbidden, "queries can only read: they begin with SELECT, WITH, SHOW, DESCRIBE, EXISTS or EXPLAIN")
    }
    try Self.check(tokens)
    self.text = try Self.filled(text, tokens, parameters)
  }

  /// The tokens of the only statement.
  private static func only(_ tokens: [ClickHouseLexer.Token]) throws(QueryError) -> [ClickHouseLexer.Token] {
    guard let end = tokens.firstIndex(where: { $0.kind == .sign && $0.text == ";" }) else { return tokens }
    if let second = tokens[end...].first(where: { $0.text != ";" }) {
      let text = second.text.base[second.text.startIndex...].prefix(20)
      throw QueryError(.sql, "only one SQL statement at a time; the second begins at '\(text)'")
    }
    return Array(tokens[..<end])
  }

  private static func check(_ tokens: [ClickHouseLexer.Token]) throws(QueryError) {
    for (place, token) in tokens.enumerated() {
      let next = place + 1 < tokens.count ? tokens[place + 1] : nil
      if next?.text == "(", let name = token.name, outward.contains(name.lowercased()) {
        throw QueryError(.forbidden, "the function \(name) is not allowed: queries can only read this store")
      }
      guard token.kind == .word, let next, next.name != nil else { continue }
      switch token.text.lowercased() {
      case "settings" where place + 2 < tokens.count && tokens[place + 2].text == "=":
        throw QueryError(.forbidden, "a query cannot change settings: leave out SETTINGS")
      case "into" where next.isWord("outfile"):
        throw QueryError(.forbidden, "a query cannot write files: leave out INTO OUTFILE")
      case "format" where place + 2 == tokens.count:
        throw QueryError(.sql, "how the result is written is chosen elsewhere: leave out FORMAT")
      default: break
      }
    }
  }

  // MARK: Parameters

  private static func filled(
    _ text: String, _ tokens: [ClickHouseLexer.Token], _ parameters: QueryParameters
  ) throws(QueryError) -> String {
    var filler = Filler(parameters)
    var result = ""
    var end = text.startIndex
    var place = 0
    while place < tokens.count {
      let token = tokens[place]
      result += text[end..<token.text.startIndex]
      end = token.text.endIndex
      let next = place + 1 < tokens.count ? tokens[place + 1] : nil
      if let next, next.text.startIndex == end, let value = try filler.value(token, next) {
        result += literal(value)
        end = next.text.endIndex
        place += 1
      } else if let value = try filler.value(token) {
        result += literal(value)
      } else {
        result += token.text
      }
      place += 1
    }
    try filler.finish()
    return result
  }

  /// Hands out values in the order of the places for them.
  private struct Filler {
    private let parameters: QueryParameters
    private var count = 0

    init(_ parameters: QueryParameters) { self.parameters = parameters }

    /// Of `?`.
    mutating func value(_ token: ClickHouseLexer.Token) throws(QueryError) -> QueryValue? {
      guard case .list(let values) = parameters, token.kind == .sign, token.text == "?" else { return nil }
      count += 1
      return count <= values.count ? values[count - 1] : .null
    }

    /// Of `:name`, `@name` and `$name`.
    mutating func value(
      _ sign: ClickHouseLexer.Token, _ name: ClickHouseLexer.Token
    ) throws(QueryError) -> QueryValue? {
      guard case .named(let values) = parameters, sign.kind == .sign, name.kind == .word,
        sign.text == ":" || sign.text == "@" || sign.text == "$"
      else { return nil }
      let full = String(sign.text + name.text)
      guard let value = values[String(name.text)] ?? values[full] else {
        throw QueryError(.sql, "the parameter \(full) has no value")
      }
      return value
    }

    func finish() throws(QueryError) {
      guard case .list(let values) = parameters, count != values.count else { return }
      throw QueryError(.sql, "the query has \(count) parameters, and \(values.count) values were given")
    }
  }

  /// A value in ClickHouse's SQL, which is one operand wherever it stands.
  static func literal(_ value: QueryValue) -> String {
    switch value {
    case .null: "NULL"
    // As a literal the smallest would be the negation of one that is too large.
    case .integer(let value): value < 0 ? "toInt64('\(value)')" : String(value)
    case .real(let value):
      "toFloat64('\(value.isNaN ? "nan" : value.isInfinite ? value < 0 ? "-inf" : "inf" : "\(value)")')"
    case .text(let value): ClickHouseText.literal(value)
    case .blob(let bytes): "unhex('\(bytes.withUnsafeBytes(hexText))')"
    }
  }
}
