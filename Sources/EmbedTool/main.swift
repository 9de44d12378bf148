import Foundation

// embed OUTPUT ENUM NAME=FILE...: writes Swift code of an enum that holds the texts of files.
//
// SwiftPM's own way, `.embedInCode`, makes a list of numbers of a file, and compiling that takes minutes for a megabyte;
// a text literal takes no time.

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("error: \(message)\n".utf8))
  exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2 else { fail("usage: embed OUTPUT ENUM NAME=FILE...") }
let (output, name) = (arguments[1], arguments[2])
var code = """
  // Generated from the files that it holds. Do not edit.

  enum \(name) {
    struct File {
      let name: String
      let content: StaticString
    }

    static let files: [File] = [

  """
for argument in arguments.dropFirst(2) {
  let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
  guard parts.count == 2 else { fail("'\(argument)' is not NAME=FILE") }
  guard let text = try? String(contentsOfFile: parts[1], encoding: .utf8) else {
    fail("\(parts[1]): cannot be read as a text")
  }
  // Every character that could end the literal or the line is escaped; the rest stands as it is.
  var literal = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": literal += "\\\(scalar)"
    case "\n": literal += "\\n"
    case "\r": literal += "\\r"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F || (0x2028...0x2029).contains(scalar.value):
      literal += "\\u{\(String(scalar.value, radix: 16))}"
    default: literal.unicodeScalars.append(scalar)
    }
  }
  code += "    File(name: \"\(parts[0])\", content: \"\(literal)\"),\n"
}
code += "  ]\n}\n"
do {
  try code.write(toFile: output, atomically: true, encoding: .utf8)
} catch {
  fail("\(output): \(error.localizedDescription)")
}
