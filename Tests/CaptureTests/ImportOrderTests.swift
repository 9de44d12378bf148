import Testing

@testable import Capture

/// Which files are one capture, by the times of their packets.
@Suite struct CaptureTracksTests {
  private static let second: Int64 = 1_000_000_000

  /// The tracks of files that have been read one after another; each begins and ends at seconds.
  private func tracks(_ files: [ClosedRange<Int64>]) -> CaptureTracks {
    var tracks = CaptureTracks()
    for (index, seconds) in files.enumerated() {
      let times = seconds.lowerBound * Self.second...seconds.upperBound * Self.second
      let place = tracks.place(of: times.lowerBound)
      tracks.note(place.track, file: "\(index)", run: Int64(index), times: times)
    }
    return tracks
  }

  @Test func `a file goes on with the one before it, even if it begins a little before that ends`() {
    // A quarter of the former file's time, and never more than a second.
    for (end, slack) in [(Int64(100), Self.second), (2, Self.second / 2)] {
      let tracks = tracks([0...end])
      let border = end * Self.second - slack
      #expect(tracks.place(of: border).continued == 0)
      #expect(tracks.place(of: end * Self.second).continued == 0)
      let early = tracks.place(of: border - 1)
      #expect(early.track == 1 && early.continued == nil && early.overlapping == "0")
    }
  }

  @Test func `of several captures a file goes on with the one that ended last before it`() {
    let tracks = tracks([0...100, 10...60, 20...30])
    #expect(tracks.place(of: 101 * Self.second).continued == 0)
    #expect(tracks.place(of: 70 * Self.second).continued == 1)
    #expect(tracks.place(of: 40 * Self.second).continued == 2)
    #expect(tracks.place(of: 15 * Self.second).overlapping == "2")
  }

  @Test func `a capture ends with its latest packet, whichever file has it`() {
    var tracks = tracks([0...100])
    tracks.note(0, file: "late", run: 7, times: 50 * Self.second...60 * Self.second)
    #expect(tracks.place(of: 90 * Self.second).continued == nil)
    #expect(tracks.place(of: 100 * Self.second).continued == 7)
  }

  @Test func `a file without packets breaks nothing`() {
    var tracks = CaptureTracks()
    #expect(tracks.place(of: nil).continued == nil)
    tracks.note(0, file: "empty", run: 1, times: nil)
    #expect(tracks.place(of: nil).continued == 1)
    #expect(tracks.place(of: 5).continued == 1)
    tracks.note(0, file: "a", run: 2, times: 5...9)
    #expect(tracks.place(of: nil).continued == 2 && tracks.place(of: 9).track == 0)
  }
}

/// What is told of packets that are not in the order of time.
@Suite struct TimeOrderTests {
  private func warning(_ times: [Int64]) -> CaptureWarning? {
    var order = TimeOrder()
    times.forEach { order.note($0) }
    return order.warning("a")
  }

  @Test func `one packet of a hundred may be late, and two may not`() {
    let times = (0..<100).map { Int64($0) * 1_000_000 }
    #expect(warning(times) == nil)
    #expect(warning(Array(times.dropLast()) + [times[50]]) == nil)
    #expect(
      warning(times.dropLast(2) + [times[50], times[51]])
        == .order(file: "a", packets: 2, of: 100, microseconds: 47_000))
  }

  @Test func `none may be late by more than a second`() {
    let times = (0..<1000).map { Int64($0) * 10_000_000 }
    let last = times[999]
    #expect(warning(times + [last - 1_000_000_000]) == nil)
    #expect(
      warning(times + [last - 1_000_001_000]) == .order(file: "a", packets: 1, of: 1001, microseconds: 1_000_001))
  }

  @Test func `the time of a file is from its first packet to its latest`() {
    var order = TimeOrder()
    #expect(order.times == nil)
    for time: Int64 in [5, 3, 9, 7] { order.note(time) }
    #expect(order.times == 5...9)
  }
}
