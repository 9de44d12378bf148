import Capture
import ClickHouseSchema
import ParserRuntime

/// Turns batches of rows into RowBinary, a buffer for each table and day, with no object for a row or a value.
///
/// What batches do not say but the store wants, it remembers: what rows take over from their connection, and the times of
/// messages, which what belongs to them shares.
final class RowEncoder {
  private let plan: RowPlan
  private let sensor: Int64
  private let now: () -> ContinuousClock.Instant
  // All of this is used many times for each row, and never lent to anybody, so accesses cannot overlap; looking out for
  // that at run time would cost more than writing a value does.
  @exclusivity(unchecked) private var flows: FlowMemory
  @exclusivity(unchecked) private var times = MessageTimes()
  /// Buffers that rows are being written to, by table.
  @exclusivity(unchecked) private var open: [OpenBuffers]
  /// Values of the row that is read, by column, where its stamp is the row's.
  private let values: UnsafeMutablePointer<RowBatch.Value>
  private let stamps: UnsafeMutablePointer<UInt64>
  @exclusivity(unchecked) private var stamp: UInt64 = 1
  /// Bytes of the row's texts.
  @exclusivity(unchecked) private var textSize = 0
  /// The value of the list that is being split.
  @exclusivity(unchecked) private var value = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Grows with each row that may replace another.
  @exclusivity(unchecked) private var version: Int64 = 0
  /// The largest id so far, of whatever table.
  @exclusivity(unchecked) private(set) var lastID: Int64 = 0
  /// What rows of runs say of rows that were thrown away.
  var droppedRows: Int64 = 0

  private struct OpenBuffers {
    /// The buffer that the last row went to.
    var current: RowBuffer?
    var others: [RowBuffer] = []
    /// One that is done with, for the next that is needed.
    var spare: RowBuffer?
  }

  /// - Parameters:
  ///   - sensor: the number of the sensor that writes.
  ///   - now: the clock by which buffers are told how old they are.
  init(_ plan: RowPlan, sensor: Int, now: @escaping () -> ContinuousClock.Instant = { .now }) {
    self.plan = plan
    self.sensor = Int64(sensor)
    self.now = now
    flows = FlowMemory(groups: plan.flowColumns.count)
    open = plan.targets.map { _ in OpenBuffers() }
    values = .allocate(capacity: plan.columnCount)
    values.initialize(repeating: .integer(0), count: plan.columnCount)
    stamps = .allocate(capacity: plan.columnCount)
    stamps.initialize(repeating: 0, count: plan.columnCount)
    for group in plan.flowColumns.indices { flows.unknown[group] = flowBytes(group) }
  }

  deinit {
    values.deallocate()
    stamps.deallocate()
  }

  /// All buffers that have rows.
  var buffers: [RowBuffer] { open.flatMap { ($0.current.map { [$0] } ?? []) + $0.others } }

  /// Takes buffers away; what comes next begins new ones.
  func take(_ isWanted: (RowBuffer) -> Bool) -> [RowBuffer] {
    var taken: [RowBuffer] = []
    for target in open.indices {
      taken += open[target].others.filter(isWanted)
      open[target].others.removeAll(where: isWanted)
      if let current = open[target].current, isWanted(current) {
        taken.append(current)
        open[target].current = nil
      }
    }
    return taken
  }

  /// Takes back a buffer that nobody uses any more. Its memory is used again: to get so much from the system, page by page,
  /// takes as long as writing to it.
  func recycle(_ buffer: RowBuffer) {
    guard let target = plan.targets.firstIndex(where: { $0.name == buffer.table.name }) else { return }
    open[target].spare = buffer
  }

  /// Writes all rows of a batch.
  /// - Parameter clock: in µs since 1970: what is written later than another row of the same key has a larger version,
  ///   also after a restart.
  func encode(_ batch: RowBatch, clock: Int64) {
    note(batch)
    version = max(version, clock)
    let time = now()
    batch.forEachRow { table, row in
      read(&row)
      write(table, time)
    }
    flows.forgetEnded()
  }

  /// Remembers what later rows need of a batch, also of one that is not to be stored.
  func note(_ batch: RowBatch) {
    batch.forEachRow { table, row in
      switch plan.tables[table].role {
      case .other: break
      case .message:
        read(&row)
        if case .column(let column) = plan.tables[table].time { times.note(integer(0), integer(column)) }
      case .flow, .flowEnd:
        read(&row)
        for group in plan.flowColumns.indices { flows.note(integer(0), group, flowBytes(group)) }
        if plan.tables[table].role == .flowEnd { flows.end(integer(0)) }
      }
    }
  }

  // MARK: A row

  /// Makes the values of a row known by their columns.
  @inline(__always)
  private func read(_ row: inout RowValues) {
    stamp += 1
    var size = 0
    while let (column, value) = row.next() {
      values[column] = value
      stamps[column] = stamp
      switch value {
      case .text(let bytes), .blob(let bytes): size += bytes.count
      case .integer, .real: break
      }
    }
    textSize = size
  }

  /// A number of the row that was read; 0 where it has none.
  @inline(__always)
  private func integer(_ column: Int) -> Int64 {
    if stamps[column] == stamp, case .integer(let value) = values[column] { value } else { 0 }
  }

  @inline(__always)
  private func write(_ table: Int, _ begun: ContinuousClock.Instant) {
    let id = integer(0)
    if id > lastID { lastID = id }
    // Read in place: the plan does not change, and a copy for each row would have to be counted.
    plan.tables.withUnsafeBufferPointer { tables in
      let time: Int64
      var day: UTCDay?
      switch tables[table].time {
      case .column(let column):
        time = integer(column)
        day = UTCDay(of: time)
      case .message(let column):
        time = times.time(of: integer(column))
        day = UTCDay(of: time)
      case .none: time = 0
      }
      let buffer = buffer(tables[table].target, day, begun)
      let flow = tables[table].flow.map { flows.place(of: integer($0)) } ?? flows.unknownPlace
      let size = tables[table].fixedSize + textSize + flows.size(flow)
      let end = write(tables[table].columns, time: time, flow: flow, to: buffer.room(size))
      buffer.add(upTo: end, id: id, group: tables[table].group.map(integer) ?? 0, time: time)
      if !tables[table].values.isEmpty { write(tables[table].values, id: id, time: time, day, begun) }
    }
  }

  /// Writes the values of the row's lists to tables of their own, on the row's day.
  @inline(never)
  private func write(
    _ lists: [TablePlan.Values], id: Int64, time: Int64, _ day: UTCDay?, _ begun: ContinuousClock.Instant
  ) {
    for plan in lists {
      guard stamps[plan.list] == stamp, case .text(let list) = values[plan.list], !list.isEmpty else { continue }
      var start = list.startIndex
      while start <= list.endIndex {
        let comma = list[start...].firstIndex(of: 0x2C) ?? list.endIndex
        value = UnsafeRawBufferPointer(rebasing: list[start..<comma])
        let buffer = buffer(plan.target, day, begun)
        let end = write(
          plan.columns, time: time, flow: flows.unknownPlace, to: buffer.room(plan.fixedSize + value.count))
        buffer.add(upTo: end, id: id, group: 0, time: time)
        start = comma + 1
      }
    }
  }

  /// The buffer for rows of a day.
  @inline(__always)
  private func buffer(_ target: Int, _ day: UTCDay?, _ begun: ContinuousClock.Instant) -> RowBuffer {
    if let current = open[target].current, current.day == day { return current }
    return changeBuffer(target, day, begun)
  }

  @inline(never)
  private func changeBuffer(_ target: Int, _ day: UTCDay?, _ begun: ContinuousClock.Instant) -> RowBuffer {
    if let current = open[target].current { open[target].others.append(current) }
    let buffer: RowBuffer
    if let place = open[target].others.firstIndex(where: { $0.day == day }) {
      buffer = open[target].others.remove(at: place)
    } else if let spare = open[target].spare {
      open[target].spare = nil
      spare.restart(day: day, begun: begun)
      buffer = spare
    } else {
      buffer = RowBuffer(plan.targets[target], day: day, begun: begun)
    }
    open[target].current = buffer
    return buffer
  }

  // MARK: Values

  @inline(__always)
  private func write(
    _ columns: [TablePlan.Column], time: Int64, flow: FlowMemory.Place, to start: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    var cursor = RowCursor(start)
    for column in columns {
      switch column.source {
      case .batch(let number):
        if stamps[number] == stamp {
          if column.isNullable { cursor.write(UInt8(0)) }
          cursor.write(values[number], as: column.kind)
        } else if column.isNullable {
          cursor.write(UInt8(1))
        } else {
          cursor.writeNothing(as: column.kind)
        }
      case .value: cursor.write(bytes: value)
      case .sensor: cursor.write(sensor, as: column.kind)
      case .time: cursor.write(time, as: column.kind)
      case .version:
        version += 1
        cursor.write(version, as: column.kind)
      case .droppedRows: cursor.write(droppedRows, as: column.kind)
      case .flow(let group): flows.withBytes(flow, group) { cursor.append($0) }
      }
    }
    return cursor.place
  }

  /// What others take over from the row that was read, which is a connection's.
  private func flowBytes(_ group: Int) -> [UInt8] {
    let columns = plan.flowColumns[group]
    let size = columns.reduce(textSize) { $0 + $1.fixedSize }
    return [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
      guard let start = UnsafeMutableRawBufferPointer(bytes).baseAddress else { return }
      count = write(columns, time: 0, flow: flows.unknownPlace, to: start) - start
    }
  }
}
