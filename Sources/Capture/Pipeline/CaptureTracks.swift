/// Captures whose files are read one after another, each with the connections of its own: files of a rotation are one
/// capture, and those of two machines, whose times overlap, are two.
struct CaptureTracks {
  /// A capture, as far as it has been read.
  private struct Track {
    var start: Int64
    /// The latest time of a packet, in ns.
    var end: Int64
    var lastFile: String
    var lastRun: Int64
  }

  /// By how much a file may begin before the one before it ends, in ns: packets are not always in the order of time.
  private static let tolerance: Int64 = 1_000_000_000

  private var tracks: [Track] = []

  /// The capture that a file goes on with.
  /// - Returns: The number of the track, a new one where there is none, with the run that the file continues; and a file
  ///   that overlaps it, where that is why it is new.
  func place(of first: Int64?) -> (track: Int, continued: Int64?, overlapping: String?) {
    guard let last = tracks.indices.last else { return (0, nil, nil) }
    // What has no packet breaks nothing.
    guard let first else { return (last, tracks[last].lastRun, nil) }
    let fitting = tracks.indices.filter { index in
      let track = tracks[index]
      let slack = min(Self.tolerance, max(0, track.end.subtractingReportingOverflow(track.start).partialValue) / 4)
      return first >= track.end.subtractingReportingOverflow(slack).partialValue
    }
    guard let best = fitting.max(by: { tracks[$0].end < tracks[$1].end }) else {
      return (tracks.count, nil, tracks[last].lastFile)
    }
    return (best, tracks[best].lastRun, nil)
  }

  /// Notes that a file has been read.
  /// - Parameter times: of its first packet and the latest; nil where it has none.
  mutating func note(_ track: Int, file: String, run: Int64, times: ClosedRange<Int64>?) {
    guard track < tracks.count else {
      tracks.append(
        Track(start: times?.lowerBound ?? .min, end: times?.upperBound ?? .min, lastFile: file, lastRun: run))
      return
    }
    tracks[track].lastRun = run
    guard let times else { return }
    if tracks[track].end == .min { tracks[track].start = times.lowerBound }
    tracks[track].lastFile = file
    tracks[track].end = max(tracks[track].end, times.upperBound)
  }
}
