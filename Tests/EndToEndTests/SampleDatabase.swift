import Foundation
import Synchronization
import Testing

/// Databases of the samples, imported once for all tests that need one and not its making.
enum SampleDatabase {
  private static let imported = Mutex<[String: TemporaryFolder]>([:])

  /// Copies the database of a sample.
  static func copy(of sample: String = "node-v25-ascending.pcap", to path: String) throws {
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
  }
}
