import ParserRuntime

/// How values and column names of results are written, whoever writes them: the command line and the console alike.
public enum ResultText {
  /// A floating-point value, with as many digits as tell it from its neighbours.
  ///
  /// An infinity is `Infinity` or `-Infinity`, the names that JavaScript, Python and PostgreSQL read. JSON has no number
  /// for it: there it is a text. SQLite has no NaN; it makes NULL of one.
  public static func real(_ value: Double) -> String {
    value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
  }

  /// The columns' names as keys of an object: a name that has occurred gets a number, such as `id_2`, which no column
  /// of the result is called otherwise.
  public static func keys(for columns: [String]) -> [String] {
    var taken = Set(columns)
    var seen: Set<String> = []
    return columns.map { name in
      if seen.insert(name).inserted { return name }
      var number = 2
      while !taken.insert("\(name)_\(number)").inserted { number += 1 }
      return "\(name)_\(number)"
    }
  }
}

/// Writes lines of comma-separated values as RFC 4180 has them.
public enum CSVLine {
  /// Appends a line with its end, CR LF.
  ///
  /// A field with a comma, a quotation mark, CR or LF is quoted (RFC 4180, section 2). So is the only field of a line if
  /// it is empty: readers skip empty lines.
  public static func append(_ fields: [String], to bytes: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(field, isAlone: fields.count == 1, to: &bytes)
    }
    bytes += [0x0D, 0x0A]
  }

  private static func append(_ field: String, isAlone: Bool, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    // Bytes, since CR LF is one Character.
    let isQuoted =
      field.isEmpty
      ? isAlone : field.utf8.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0D || $0 == 0x0A }
    guard isQuoted else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(quote)
    for byte in field.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}

extension QueryValue {
  /// The value as a text: NULL is empty, a blob upper-case hex.
  public var resultText: String {
    switch self {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): ResultText.real(value)
    case .text(let value): value
    case .blob(let value): value.withUnsafeBytes(hexText)
    }
  }
}
