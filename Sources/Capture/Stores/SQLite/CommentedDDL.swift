/// What the comments of a table's DDL say. The database brings its own docs along, whatever description made it.
struct CommentedDDL {
  var table: String?
  var columns: [String: String] = [:]

  init(_ sql: String) {
    for (number, line) in sql.split(separator: "\n").enumerated() {
      guard let start = line.firstRange(of: "/* "), let end = line[start.upperBound...].ranges(of: " */").last else {
        continue
      }
      let doc = String(line[start.upperBound..<end.lowerBound])
      if number == 0 {
        table = doc
      } else {
        let name = line.drop { $0 == " " }.dropFirst().prefix { $0 != "\"" }
        columns[String(name)] = doc
      }
    }
  }
}
