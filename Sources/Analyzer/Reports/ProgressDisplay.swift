import Capture
import ClickHouseStore
import Foundation

/// Shows how far an import has come: a bar with rate and time left on a terminal, a line now and then elsewhere.
///
/// `@unchecked Sendable`: it is used by the thread that imports alone.
final class ProgressDisplay: @unchecked Sendable {
  private static let barWidth = 30
  /// Seconds between lines where there is no terminal.
  private static let lineInterval: Duration = .seconds(10)

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var lastLine = ContinuousClock.now

  func show(_ progress: ImportProgress) {
    if isTerminal {
      write("\r\u{1B}[K" + text(progress, bar: true))
    } else if takeLine() {
      write(text(progress, bar: false) + "\n")
    }
  }

  func show(_ progress: StorePushProgress) {
    guard isTerminal || takeLine() else { return }
    let text =
      if progress.isDraining, let store = progress.store { self.text(store) } else {
        "\(grouped(progress.messages)) messages  \(grouped(progress.rows)) rows"
      }
    write(isTerminal ? "\r\u{1B}[K" + text : text + "\n")
  }

  /// Whether it is time for another line.
  private func takeLine() -> Bool {
    guard lastLine.duration(to: .now) >= Self.lineInterval else { return false }
    lastLine = .now
    return true
  }

  /// Removes the bar.
  func clear() {
    if isTerminal { write("\r\u{1B}[K") }
  }

  private func text(_ progress: ImportProgress, bar: Bool) -> String {
    if progress.isDraining, let store = progress.store { return text(store) }
    let name = captureName(progress.file)
    if progress.isOpening { return "waiting for a capture from \(name)" }
    let seconds = max(progress.seconds, 0.001)
    let rate = Double(progress.position) / seconds
    var parts = [name]
    if let size = progress.size, size > 0 {
      let share = min(1, Double(progress.position) / Double(size))
      if bar {
        let full = Int(share * Double(Self.barWidth))
        parts.append(
          "[" + String(repeating: "#", count: full) + String(repeating: ".", count: Self.barWidth - full) + "]")
      }
      parts.append("\(Int(share * 100)) %")
      parts.append("\(megabytes(rate)) MB/s")
      parts.append("\(Int((Double(size - progress.position) / max(rate, 1)).rounded(.up))) s left")
    } else {
      parts.append("\(megabytes(Double(progress.position))) MB")
      parts.append("\(megabytes(rate)) MB/s")
    }
    parts.append("\(grouped(progress.packets)) packets")
    return parts.joined(separator: "  ")
  }

  /// Where all is read, and the store has not taken all of it.
  private func text(_ store: StoreHealth) -> String {
    "everything is read; waiting for the store to take \(grouped(store.waitingRows)) rows "
      + "(\(megabytes(Double(store.waitingBytes))) MB); ctrl-c leaves them to whatever writes to it next"
      + (store.error.map { "  \($0)" } ?? "")
  }

  private func megabytes(_ bytes: Double) -> String { String(format: "%.1f", bytes / 1e6) }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
