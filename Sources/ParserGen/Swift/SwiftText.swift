// Texts and bytes of a description as Swift literals.

/// A Swift string literal.
func swiftLiteral(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// An array literal of bytes.
func swiftBytes(_ bytes: [UInt8]) -> String {
  "[" + bytes.map { "0x" + (($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)) }.joined(separator: ", ")
    + "]"
}
