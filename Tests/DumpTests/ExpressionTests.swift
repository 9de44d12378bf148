import Foundation
import Testing

/// Every row of the table of expressions.
@Suite struct ExpressionTests {
  @Test func `there are hundreds of values and of errors`() throws {
    let table = try ExpressionTable.read()
    let errors = table.rows.filter { row in
      switch row.outcome {
      case .error, .refusal: true
      case .value, .absent: false
      }
    }
    #expect(table.rows.count - errors.count >= 300)
    #expect(errors.count >= 300)
    #expect(Set(table.rows.map(\.expression)).count == table.rows.count)
  }

  @Test func `expressions have the values and the errors that they must`() throws {
    let results = try TableResults.shared.get()
    for (index, row) in try ExpressionTable.read().evaluated.enumerated() {
      let id = ExpressionTable.id(index / ExpressionTable.chunk)
      let result = try #require(results[id], "\(id): no result")
      let members = try #require(result["value"]?.object, "\(id): \(result["error"] ?? .null)")
      let value = members["e\(index)"]
      switch row.outcome {
      case .value(let expected):
        let differences = value?.differences(from: expected) ?? ["nothing instead of \(expected)"]
        #expect(differences.isEmpty, "\(row.expression)")
      case .absent: #expect(value == nil, "\(row.expression): \(value ?? .null)")
      case .error(let kind):
        let told = value?["$error"]?["kind"]?.text
        #expect(told.map { matches($0, kind) } == true, "\(row.expression): \(value ?? .null) instead of \(kind)")
      case .refusal: break
      }
    }
  }

  @Test func `expressions that mean nothing are refused, each at its place`() throws {
    let (table, folder) = (try ExpressionTable.read(), try Folder())
    let rows = table.refused
    for (index, text) in table.descriptions(of: rows).enumerated() {
      let problems = try DumpTool.problems(of: try folder.write(text, "\(index)/expressions.ksy"))
      let start = index * ExpressionTable.chunk
      for number in start..<min(start + ExpressionTable.chunk, rows.count) {
        guard case .refusal(let word) = rows[number].outcome else { continue }
        let told = problems.filter { $0.path == "/instances/e\(number)/value" && !$0.isWarning }
        let isRight = told.contains { word.isEmpty || $0.message.contains(word) }
        #expect(isRight, "\(rows[number].expression): '\(word)' is expected, but told is \(told)")
      }
    }
  }
}
