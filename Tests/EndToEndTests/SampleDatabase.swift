import Foundation
import Synchronization
import Testing

/// Databases of the samples, imported once for all tests that need one and not its making.
enum SampleDatabase {
  private static let imported = Mutex<[String: TemporaryFolder]>([:])

  /// Copies the database of a sample.
  /// - Parameter count: how many messages of eight bytes are added, which are telemetry requests on connection 1.
  static func copy(of sample: String = "node-v25-ascending.pcap", to path: String, adding count: Int = 0) throws {
    let folder = try imported.withLock { imported in
      if let folder = imported[sample] { return folder }
      let folder = try TemporaryFolder()
      let outcome = try nanocap(
        "import", Place.samples.appending(path: sample).path, "--database", folder.path("a.db"))
      try #require(outcome.status == 0, "\(outcome.errors)")
      if imported.isEmpty { atexit { SampleDatabase.imported.withLock { $0 = [:] } } }
      imported[sample] = folder
      return folder
    }
    try FileManager.default.copyItem(atPath: folder.path("a.db"), toPath: path)
    guard count > 0 else { return }
    try system(
      "sqlite3", path,
      """
      insert into message (flow_id, direction, time_us, stream_offset, length, msg_type)
      with recursive n(x) as (select 1 union all select x + 1 from n where x < \(count))
      select 1, 0, 1800000000000000 + x, x, 8, 12 from n
      """)
  }
}
