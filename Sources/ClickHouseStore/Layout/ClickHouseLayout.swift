import Capture
import ClickHouseSchema
import ParserRuntime

/// What a description's tables are in a store, as those see it who write rows.
struct ClickHouseLayout {
  /// By the number by which a row in a `RowBatch` names its table. Several numbers may name the same table.
  let tables: [ClickHouseTable]
  /// By the same number the tables in which its rows are found by the values of their lists.
  let valueTables: [[ClickHouseTable]]

  /// - Parameters:
  ///   - info: of the description.
  ///   - names: those of the tables of values that the store has.
  init(_ info: SpecificationInfo, valueTables names: Set<String> = []) {
    tables = info.batchTables.map { ClickHouseTable($0) }
    valueTables = info.batchTables.map { ClickHouseTable.valueTables(of: $0).filter { names.contains($0.name) } }
  }
}
