/// What a database's owner is doing, and how far it has come.
public struct ActivityStatus: Sendable {
  /// What is being done; one thing at a time.
  public enum Activity: Sendable, Equatable {
    /// Nothing, or something short.
    case idle
    /// A capture on a device, by its name.
    case capturing(interface: String)
    /// An import; the file that is being read, as it was named.
    case importing(file: String)
  }

  /// What is being done now.
  public var activity = Activity.idle
  /// Counters of what runs, or of what ran last.
  public var counters = Counters()
  /// How fast the counters grow; zero while nothing runs.
  public var rates = Rates()
  /// How rows get on that the store has not taken yet; nil where it takes them at once.
  public var store: StoreHealth?
  /// Bytes of the file that have been read; nil where no file is.
  public var position: Int?
  /// All bytes of the file; nil where that is not known.
  public var size: Int?
  /// Why the last capture or import ended; nil while one runs.
  public var endReason: EndReason?
  /// What went wrong last.
  public var error: String?

  /// Of somebody who has done nothing yet.
  public init() {}

  /// What is counted from the start of a capture, or of the import of a file.
  public struct Counters: Sendable {
    /// Seconds since the start.
    public var seconds: Double = 0
    /// Packets that were decoded.
    public var packets = 0
    /// Captured bytes of packets.
    public var bytes = 0
    /// Packets that the kernel or the device dropped, because nobody fetched them in time.
    public var droppedByKernel = 0
    /// Packets passed over because the database could not keep up.
    public var droppedByQueue = 0
    /// Batches of rows that wait for the database.
    public var queuedBatches = 0
    /// What became of the packets.
    public var decoding = DecodingCounts()
  }

  /// How much a second, lately.
  public struct Rates: Sendable {
    /// Packets a second.
    public var packets: Double = 0
    /// Captured bytes a second.
    public var bytes: Double = 0
    /// Messages a second, by name.
    public var messages: [String: Double] = [:]
  }
}

/// Makes rates of counters.
struct RateMeter {
  /// Seconds over which a rate is taken at the least.
  private static let window = 0.9

  private var before = ActivityStatus.Counters()
  private var rates = ActivityStatus.Rates()

  mutating func rates(at counters: ActivityStatus.Counters) -> ActivityStatus.Rates {
    let seconds = counters.seconds - before.seconds
    guard seconds >= Self.window else { return rates }
    func rate(_ value: Int, _ old: Int) -> Double { Double(value - old) / seconds }
    rates.packets = rate(counters.packets, before.packets)
    rates.bytes = rate(counters.bytes, before.bytes)
    let former = before.decoding.messages.byName
    rates.messages = counters.decoding.messages.byName.reduce(into: [:]) { rates, entry in
      rates[entry.key] = rate(entry.value, former[entry.key] ?? 0)
    }
    before = counters
    return rates
  }
}
