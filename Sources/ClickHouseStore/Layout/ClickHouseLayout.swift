import Capture
import ClickHouseSchema
import ParserRuntime

/// What a description's tables are in a store, as those see it who write rows.
struct ClickHouseLayout {
  /// By the number by which a row in a `RowBatch` names its table. Several numbers may name the same table.
  let tables: [ClickHouseTable]

  /// - Parameter info: of the description.
  init(_ info: SpecificationInfo) {
    tables = info.batchTables.map(ClickHouseTable.init)
  }
}
