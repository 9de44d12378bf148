import Foundation

/// Where servers keep their files.
enum ServerFolder {
  /// Bytes that have to be free for all servers of a run.
  private static let room: Int64 = 2 << 30

  /// In memory, where that has room. A server makes a file for each column of each part of a table, and soon removes it;
  /// ext4 looks through all that were removed in the last seconds for each one that is made, which takes most of the time.
  private static let base: URL = {
    let memory = URL(filePath: "/dev/shm")
    let free = try? FileManager.default.attributesOfFileSystem(forPath: memory.path)[.systemFreeSize] as? NSNumber
    return (free?.int64Value ?? 0) >= room ? memory : FileManager.default.temporaryDirectory
  }()

  /// Makes a folder.
  /// - Parameter name: of the server's program.
  static func make(_ name: String) throws -> URL {
    let folder = base.appending(path: "nanocap-test-\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
