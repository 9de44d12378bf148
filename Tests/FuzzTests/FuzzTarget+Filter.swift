import ClickHouseSchema
import NanoParser

@testable import Capture
@testable import ClickHouseStore

extension FuzzTarget {
  private static let filters = FilterLanguage(NanoSpecification.info)

  /// Text that may be a filter, from somebody who wants a store to run something else.
  static func compileFilter(_ text: String) {
    let condition: MessageCondition
    do throws(FilterError) { condition = try filters.condition(text) } catch {
      precondition((1...text.count + 1).contains(error.column) && !error.description.isEmpty)
      return
    }
    var values = 0
    let words = FilterSQL(message: "m") { _ in
      values += 1
      return "?"
    }
    let sql = words.conditions(condition).joined(separator: " AND ")
    precondition(sql.count { $0 == "?" } == values, "what a user has written is a value")
    var filter = MessageFilter()
    filter.condition = condition
    let statement = QuestionWords(NanoSpecification.info).statement(.messages(filter))
    precondition(ClickHouseLexer.statements(statement).count == 1)
    guard let sent = try? ReadingStatement(statement) else { preconditionFailure("a filter reads") }
    precondition(sent.text == statement)
  }
}
