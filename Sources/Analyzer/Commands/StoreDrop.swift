import ArgumentParser
import Capture
import ClickHouseStore

extension Store {
  struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove the rows of days that are past, for all sensors.",
      discussion: """
        Whole days, in UTC, are removed from all tables, on all servers of a cluster. What is gone cannot be had back. Current
        servers do that by themselves where tables are made with store_keep_days.

        EXAMPLES
          \(Program.name) store drop --store clickhouse://admin@db.example.net/\(Program.id) --before 2026-08-01 --dry-run
          \(Program.name) store drop --store clickhouse://admin@db1,db2/\(Program.id) --cluster \(Program.id) \
        --keep-days 90    # once a day, by cron
        """)

    @OptionGroup var common: ConfigurationOptions
    @Option(
      help: ArgumentHelp("Remove all days before this one, at the latest today's.", valueName: "yyyy-mm-dd"),
      transform: day)
    var before: UTCDay?
    @Option(help: ArgumentHelp("Keep today and so many days before it.", valueName: "number"))
    var keepDays: Int?
    @Flag(help: "Only print what would be removed.")
    var dryRun = false

    func validate() throws {
      guard (before == nil) != (keepDays == nil) else {
        throw ValidationError("say which days: --before 2026-08-01, or --keep-days 90")
      }
      guard before ?? .today <= .today else {
        throw ValidationError("--before is at the latest today, \(UTCDay.today): sensors still write what comes then")
      }
      guard keepDays ?? 1 > 0 else { throw ValidationError("--keep-days is above 0") }
    }

    func run() throws {
      // Where nothing is that old, there is nothing to remove.
      guard let end = before ?? keepDays.flatMap({ UTCDay.today.advanced(by: -$0) }) else { return }
      let (store, found) = try reportingErrors {
        let store = try common.clickHouseStore()
        return (store, try store.days(before: end))
      }
      var failures = 0
      for day in Set(found.map(\.day)).sorted() {
        let tables = found.filter { $0.day == day }
        let removed = dryRun ? tables : tables.filter { drop($0, from: store) }
        failures += tables.count - removed.count
        guard !removed.isEmpty else { continue }
        let (rows, bytes) = (removed.reduce(0) { $0 + $1.rows }, removed.reduce(0) { $0 + $1.bytes })
        print(
          "\(day): \(grouped(rows)) rows in \(removed.count) tables, \(grouped(bytes)) bytes"
            + (dryRun ? " would be removed" : " removed"))
      }
      if found.isEmpty { print("\(store.name): there is nothing from before \(end)") }
      guard failures == 0 else {
        complain("\(failures) of \(found.count) partitions are still there; put that right, and run the command again")
        throw ExitCode.failure
      }
    }

    private static func day(_ text: String) throws -> UTCDay {
      guard let day = UTCDay(text) else { throw ValidationError("'\(text)' is no day, such as 2026-08-01") }
      return day
    }

    private func drop(_ stored: StoredDay, from store: ClickHouseStore) -> Bool {
      do throws(CaptureError) {
        try store.drop(stored)
        return true
      } catch {
        complain("\(stored.day) of \(stored.table): \(error)")
        return false
      }
    }
  }
}
