public import ParserRuntime

/// What a capture holds where no message of the protocol was found in it: read once more, without a filter, and not
/// decoded.
public struct TrafficGlance: Sendable, Equatable {
  /// Packets that are looked at.
  private static let maximumPackets = 200_000

  /// Segments and datagrams of the protocol's transports.
  public var segments = 0
  /// Those on the protocol's ports.
  public var portSegments = 0
  /// Packets that carry none.
  public var otherPackets = 0
  /// What those on the protocol's ports came in.
  public var encapsulations: [Encapsulation] = []
  /// The ports that most have, the most frequent first.
  public var busiestPorts: [UInt16] = []
  /// Of the description; empty where any port counts.
  public var ports: [UInt16]
  /// Whether flows were told by what they carry.
  public var detects: Bool
  /// Of the description.
  public var transports: [Transport]
  /// A filter that passes the protocol's packets; nil where there are none.
  public var advice: String?
  /// The filter that was used.
  public var filter: String?

  /// nil where the file cannot be read a second time.
  /// - Parameters:
  ///   - filter: that was used.
  ///   - detects: whether flows were told by what they carry.
  init?(path: String, _ info: SpecificationInfo, filter: String?, detects: Bool = false) {
    ports = detects ? [] : info.ports
    self.detects = detects
    transports = info.transports
    self.filter = filter
    guard PacketFile.isRegular(path) else { return nil }
    do throws(CaptureError) { try look(path) } catch { return nil }
  }

  private mutating func look(_ path: String) throws(CaptureError) {
    let file = try PacketFile(path: path, filter: nil)
    var decoder = TransportDecoder(transports: transports)
    var counts: [UInt16: Int] = [:]
    var around = EncapsulationCounts()
    var packets = 0
    while packets < Self.maximumPackets, let packet = try file.next() {
      packets += 1
      let before = decoder.counts.encapsulations
      var isOnPort = false
      func note(_ source: Endpoint, _ destination: Endpoint) {
        isOnPort = ports.isEmpty || ports.contains(source.port) || ports.contains(destination.port)
        counts[min(source.port, destination.port), default: 0] += 1
      }
      decoder.decode(packet) {
        note($0.source, $0.destination)
      } datagram: {
        note($0.source, $0.destination)
      }
      guard isOnPort else { continue }
      portSegments += 1
      around = around.combined(decoder.counts.encapsulations.combined(before, -), +)
    }
    segments = decoder.counts.segments + decoder.counts.datagrams
    otherPackets = packets - segments
    encapsulations = around.found.map(\.encapsulation)
    busiestPorts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
    if portSegments > 0 { advice = PortFilter(ports: ports, transports: transports).advice(for: encapsulations) }
  }
}

extension TrafficGlance: CustomStringConvertible {
  /// Completes "there is no message of the protocol".
  public var description: String {
    let names = encapsulations.map(\.name).joined(separator: ", ")
    let inside = names.isEmpty ? "" : " in \(names)"
    let nouns = transports.map { $0 == .tcp ? "TCP segment" : "UDP datagram" }
    let plural = nouns.map { $0 + "s" }.joined(separator: " or ")
    let place = ports.isEmpty ? "" : " on its ports"
    if portSegments > 0, let filter {
      let remedy = advice.map { ": --filter '\($0)' would do" + (names.isEmpty ? "" : ", or none") } ?? ""
      let there = "\(portSegments) \(plural)\(place) are there\(inside)"
      return "the filter '\(filter)' passes none, but \(there)\(remedy)"
    }
    if portSegments > 0, detects {
      return "\(portSegments) \(plural) are there\(inside), but no flow of them has two messages in a row that satisfy "
        + "every constraint of the description"
    }
    if portSegments > 0 {
      return "\(portSegments) \(plural)\(place) are there\(inside), but what they carry is something else; "
        + "decode_issue has it, and the command 'validate' shows where it fails"
    }
    guard segments > 0 else {
      return otherPackets == 0
        ? "the capture has no packet"
        : "no \(nouns.joined(separator: " or ")) either, but \(otherPackets) packets of other protocols or encapsulations that are not known"
    }
    let known = ports.map(String.init).joined(separator: ", ")
    let busy = busiestPorts.map(String.init).joined(separator: ", ")
    return "\(segments) \(plural) are there\(inside), none on its ports (\(known)); most are on \(busy)"
  }
}
