import Foundation

/// Writes lines in their order, each as soon as it and all before it are there.
struct OrderedLines {
  private let output: FileHandle
  private var early: [Int: [UInt8]] = [:]
  private var next = 0
  /// How many lines there are, written or not.
  private(set) var count = 0

  init(_ output: FileHandle) { self.output = output }

  mutating func put(_ index: Int, _ line: [UInt8]) {
    count += 1
    early[index] = line
    while let line = early.removeValue(forKey: next) {
      output.write(Data(line))
      next += 1
    }
  }
}
