import ParserRuntime

/// What the types of messages are called.
struct TypeNames {
  private let column: String?
  private let names: [QueryValue: String]

  init(_ info: SpecificationInfo) {
    column = info.typeColumn
    let lookup = info.lookups.first { $0.table == "message" && $0.column == info.typeColumn }
    let entries = info.nameTables.first { $0.name == lookup?.names }?.entries ?? []
    names = Dictionary(entries.map { (.integer($0.value), $0.name) }) { first, _ in first }
  }

  /// A message's type by its name, else by its value; without a column for it, by the table of its content.
  func name(of message: StoredRow) -> String {
    guard let column else {
      let table = message.text(EngineTables.Message.contentTable.definition.name)
      return table.isEmpty ? "message" : table
    }
    let value = message[column] ?? .null
    return names[value] ?? value.resultText
  }
}
