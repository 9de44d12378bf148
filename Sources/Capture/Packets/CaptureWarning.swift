/// What those who gave captures should know, though it ended nothing.
public enum CaptureWarning: Sendable, Equatable {
  /// A file is cut off, or damaged; the rest of it was read.
  case damage(file: String, FileDamage)
  /// Packets of a link type that cannot carry IP were passed over.
  case linkType(file: String, reason: String, packets: Int)
  /// Packets of a link type that the filter makes no sense for were left out.
  case filter(file: String, filter: String, linkType: String, reason: String, packets: Int)
  /// Packets came later in a file than others with a later time: so many of all, by up to so many µs.
  case order(file: String, packets: Int, of: Int, microseconds: Int64)
  /// A file begins before another has ended, so it is no part of the same capture: connections do not go on in it.
  case overlap(file: String, with: String)
  /// A file has been imported before, as this run, and was left out.
  case imported(file: String, run: Int64)
  /// A run of this file was ended before the file's end, so the file was imported again.
  case importedInPart(file: String, run: Int64)
  /// There is no message of the protocol; what there is, where the file could be read once more.
  case noMessages(file: String, TrafficGlance?)
  /// The store has not taken all rows yet.
  case waiting(store: String, StoreHealth)
}

extension CaptureWarning: CustomStringConvertible {
  /// A line that names the file, what is wrong, and what was made of it.
  public var description: String {
    switch self {
    case .damage(let file, let damage): "\(file): \(Self.text(damage))"
    case .linkType(let file, let reason, let packets):
      "\(file): \(packets) packets were passed over: \(reason)"
    case .filter(let file, let filter, let linkType, let reason, let packets):
      "\(file): \(packets) packets of the link type \(linkType) were left out: the filter '\(filter)' makes no sense for "
        + "it (\(reason)); a filter of addresses and ports alone, such as 'tcp port 7075', takes packets of all types"
    case .order(let file, let packets, let all, let microseconds):
      "\(file): the packets are not in the order of time: \(packets) of \(all) are earlier than one before them, "
        + "by up to \(Double(microseconds) / 1e6) s; times of connections may be wrong ('reordercap' sorts a capture)"
    case .overlap(let file, let other):
      "\(file): begins before \(other) ends, so both are not one capture; connections of the one do not go on in the other"
    case .imported(let file, let run):
      "\(file): has been imported before (run \(run)) and is left out; --again imports it once more"
    case .importedInPart(let file, let run):
      "\(file): an import of it was ended before its end (run \(run)); what it stored may now be there twice"
    case .noMessages(let file, let glance):
      "\(file): there is no message of the protocol"
        + (glance.map { ": \($0)" }
          ?? " in what was read; the filter, the ports or a tunnel that is not known may be why")
    case .waiting(let store, let health):
      "\(store): has not taken \(health.waitingRows) rows yet\(health.error.map { " (\($0))" } ?? ""); they are kept, and "
        + "sent when the next capture or import begins"
    }
  }

  private static func text(_ damage: FileDamage) -> String {
    let place = "at byte \(damage.offset), behind \(damage.packets) packets (\(damage.reason))"
    let rest = "\(damage.skippedBytes) bytes were passed over, all else was read"
    switch damage.kind {
    case .cutOff where damage.places == 1:
      return "cut off \(place); all before it was read, \(damage.skippedBytes) bytes from there on were not"
    case .cutOff, .damaged: break
    }
    return damage.places == 1
      ? "damaged \(place); \(rest)" : "damaged at \(damage.places) places, the first \(place); \(rest)"
  }
}
