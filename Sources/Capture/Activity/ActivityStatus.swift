/// What a database's owner is doing, and how far it has come.
public struct ActivityStatus: Sendable {
  public enum Activity: Sendable, Equatable {
    case idle
    case capturing(interface: String)
    case importing(file: String)
  }

  public var activity = Activity.idle
  /// Counters of what runs, or of what ran last.
  public var counters = Counters()
  public var rates = Rates()
  /// Bytes of a file that have been read, and all of them; nil where that is not known.
  public var position: Int?
  public var size: Int?
  /// Why the last capture or import ended; nil while one runs.
  public var endReason: EndReason?
  /// What went wrong last.
  public var error: String?

  public init() {}

  public struct Counters: Sendable {
    public var seconds: Double = 0
    public var packets = 0
    /// Captured bytes of packets.
    public var bytes = 0
    public var droppedByKernel = 0
    public var droppedByQueue = 0
    public var queuedBatches = 0
    public var decoding = DecodingCounts()
  }

  /// How much a second, lately.
  public struct Rates: Sendable {
    public var packets: Double = 0
    public var bytes: Double = 0
    /// Messages by name.
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
    rates.messages = counters.decoding.messages.reduce(into: [:]) { rates, entry in
      rates[entry.key] = rate(entry.value, before.decoding.messages[entry.key] ?? 0)
    }
    before = counters
    return rates
  }
}
