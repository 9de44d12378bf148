import Foundation
import Testing

/// The fuzz targets on their seeds and on what was found with them, as they are and changed at random.
@Suite struct CorpusTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  private static func last(_ target: FuzzTarget) -> URL {
    FileManager.default.temporaryDirectory.appending(path: "nanocap-fuzz-last-\(target.rawValue)")
  }

  @Test(arguments: FuzzTarget.allCases) func `seeds and changed seeds hold`(target: FuzzTarget) throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.folder.appending(path: target.rawValue), includingPropertiesForKeys: nil)
    try #require(!files.isEmpty)
    for file in files {
      let seed = [UInt8](try Data(contentsOf: file))
      seed.withUnsafeBytes(target.run)
      // Seeds of hundreds of KB take their time.
      for _ in 0..<(file.lastPathComponent.hasPrefix("large") ? 3 : target == .description ? 20 : 100) {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...8) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count)
          switch Int.random(in: 0..<4) {
          case 0: bytes.remove(at: place)
          case 1: bytes.insert(UInt8.random(in: 0...255), at: place)
          case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8)
          default: bytes[place] = UInt8.random(in: 0...255)
          }
        }
        // What stops the program is left to be looked at.
        try Data(bytes).write(to: Self.last(target))
        bytes.withUnsafeBytes(target.run)
      }
    }
    try FileManager.default.removeItem(at: Self.last(target))
  }
}
