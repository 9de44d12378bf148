import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Bytes that come again and are others: what is told, and what must not be.
@Suite struct ConflictTests {
  private func conflicts(_ packets: [Packet], policy: OverlapPolicy = .firstWins) -> [String] {
    TableRun(Connection.handshake + packets, policy: policy).recorders[0].log.filter { $0.contains("!") }
  }

  @Test func `from the first to the last byte that differs is told`() {
    #expect(conflicts([data(0..<20), data(0..<20)]) == [])
    #expect(conflicts([data(0..<20), data(0..<20, changed: [7])]) == ["0!7..<8"])
    #expect(conflicts([data(0..<20), data(5..<30, changed: [5, 19, 25])]) == ["0!5..<20"])
    #expect(conflicts([data(0..<20), data(0..<20, changed: [0, 19])]) == ["0!0..<20"])
    // And of those that wait for others before them.
    #expect(conflicts([data(10..<20), data(5..<25, changed: [9, 12, 20])]) == ["0!12..<13"])
  }

  @Test func `after a loss only bytes are compared that have come`() {
    // Three segments far away are agreed on, so that what is between is lost at once.
    let far = 1 << 27
    let lost = [data(0..<10)] + (0..<3).map { data(far + 10 * $0..<far + 10 * $0 + 10) }
    #expect(conflicts(lost) == [])
    #expect(conflicts(lost + [data(far..<far + 30)]) == [])
    #expect(conflicts(lost + [data(far..<far + 30, changed: [far + 1, far + 2])]) == ["0!\(far + 1)..<\(far + 3)"])
    // The part before is lost, whatever comes for it now.
    #expect(conflicts(lost + [data(far - 10..<far + 10, changed: [far - 10, far - 1])]) == [])
    #expect(conflicts(lost + [data(far - 10..<far + 10, changed: [far - 1, far])]) == ["0!\(far)..<\(far + 1)"])
  }

  @Test func `what the peer has acknowledged is in no doubt`() {
    let acknowledgment = Packet(direction: 1, offset: 0, acknowledged: 20)
    #expect(conflicts([data(0..<20), acknowledgment, data(0..<20, changed: [3])]) == [])
    let part = Packet(direction: 1, offset: 0, acknowledged: 19)
    #expect(conflicts([data(0..<20), part, data(0..<20, changed: [19])]) == ["0!19..<20"])
  }

  @Test func `a keep-alive probe has any byte in the place of the last`() {
    #expect(conflicts([data(0..<20), data(19..<20, changed: [19])]) == [])
    #expect(conflicts([data(0..<20), data(18..<19, changed: [18])]) == ["0!18..<19"])
    #expect(conflicts([data(0..<20), data(18..<20, changed: [19])]) == ["0!19..<20"])
  }
}
