import ParserRuntime

extension SpecificationInfo {
  /// The column of `message` that tells what kind a message is: the description's, else that which names the table of its
  /// content.
  package var messageTypeColumn: String { typeColumn ?? EngineTables.Message.contentTable.definition.name }

  /// Columns by which rows are looked for that an index pays for after a capture: what rows belong to (messages to
  /// connections, contents to messages, entries and answers to their requests), when and of what kind messages are, and
  /// values of a kind, which are looked for in all columns that may have them.
  var suggestedColumns: [(table: String, column: String)] {
    let engine =
      [EngineTables.flow, EngineTables.flowEvent, EngineTables.decodeIssue]
      + (matchScope == nil ? [] : [EngineTables.messageAnswer])
    return (engine + tables).flatMap { table in
      table.columns.filter { column in
        // No index helps to find an element of a list.
        if !column.kinds.isEmpty, !column.isList { return true }
        guard table.name != EngineTables.flow.name else { return false }
        if case .reference = column.role { return true }
        guard table.name == "message" else { return false }
        return column.name == EngineTables.Message.time.definition.name || column.name == typeColumn
      }.map { (table.name, $0.name) }
    }
  }
}
