import ParserRuntime

/// Messages field by field, as objects of JSON.
final class JSONExport: ExportSource {
  private let units: StoredUnits
  private let isList: Bool
  private var layout: FieldJSON
  private var text = TextBuffer()
  private var rest: ArraySlice<TracedUnit> = []
  private var count = 0
  private var isAtEnd = false

  init(
    isList: Bool, of conditions: [RowCondition], from engine: any QueryEngine, as specification: any Specification.Type,
    _ control: QueryControl
  ) throws(QueryError) {
    self.isList = isList
    layout = FieldJSON(specification.info.outline)
    units = try StoredUnits(engine, as: specification, where: conditions, control)
  }

  func next() throws -> [UInt8]? {
    guard !isAtEnd else { return nil }
    text.removeAll()
    if count == 0, isList { text.append("[\n") }
    while text.count < MessageExport.partBytes, let unit = try nextUnit() {
      if count > 0, isList { text.append(",") }
      layout.append(unit, to: &text)
      count += 1
    }
    if isAtEnd, isList { text.append("]\n") }
    return text.withBytes { [UInt8]($0) }
  }

  private func nextUnit() throws -> TracedUnit? {
    while rest.isEmpty {
      guard let some = try units.next() else {
        isAtEnd = true
        return nil
      }
      guard units.missing == 0 else {
        throw ExportError.noBytes(messages: units.missing, reason: units.reason ?? "")
      }
      rest = some[...]
    }
    return rest.popFirst()
  }
}
