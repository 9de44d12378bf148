/// What packets are carried in besides link layer and IP.
public enum Encapsulation: UInt8, CaseIterable, Sendable {
  /// Behind the header of Ethernet.
  case vlan, qinq, providerBackboneBridge, vnTag, eTag, ciscoMetadata, macSec
  /// Behind a link layer or IP.
  case mpls, pppoe, ipInIP, gre, nvgre, erspan, etherIP
  /// In UDP datagrams.
  case vxlan, geneve, gtp, tzsp, teredo, l2tp

  /// The name that its specification gives it.
  public var name: String {
    switch self {
    case .vlan: "VLAN"
    case .qinq: "QinQ"
    case .providerBackboneBridge: "802.1ah"
    case .vnTag: "VN-Tag"
    case .eTag: "802.1BR"
    case .ciscoMetadata: "Cisco metadata"
    case .macSec: "MACsec"
    case .mpls: "MPLS"
    case .pppoe: "PPPoE"
    case .ipInIP: "IP in IP"
    case .gre: "GRE"
    case .nvgre: "NVGRE"
    case .erspan: "ERSPAN"
    case .etherIP: "EtherIP"
    case .vxlan: "VXLAN"
    case .geneve: "Geneve"
    case .gtp: "GTP-U"
    case .tzsp: "TZSP"
    case .teredo: "Teredo"
    case .l2tp: "L2TP"
    }
  }

  /// Those of a packet.
  struct Set: OptionSet {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    func contains(_ encapsulation: Encapsulation) -> Bool { rawValue >> UInt32(encapsulation.rawValue) & 1 == 1 }
    mutating func insert(_ encapsulation: Encapsulation) {
      self = Set(rawValue: rawValue | 1 << UInt32(encapsulation.rawValue))
    }
  }
}

/// How many packets came in which encapsulation; one in two of them counts in both.
public struct EncapsulationCounts: Sendable {
  private var counts = [Int](repeating: 0, count: Encapsulation.allCases.count)

  /// Packets that came in an encapsulation.
  public subscript(_ encapsulation: Encapsulation) -> Int { counts[Int(encapsulation.rawValue)] }

  /// Those that were there, in the order of `Encapsulation`.
  public var found: [(encapsulation: Encapsulation, packets: Int)] {
    Encapsulation.allCases.map { ($0, self[$0]) }.filter { $0.1 > 0 }
  }

  func combined(_ other: EncapsulationCounts, _ combine: (Int, Int) -> Int) -> EncapsulationCounts {
    var result = self
    result.counts = zip(counts, other.counts).map(combine)
    return result
  }

  mutating func add(_ encapsulations: Encapsulation.Set) {
    var bits = encapsulations.rawValue
    while bits != 0 {
      counts[bits.trailingZeroBitCount] += 1
      bits &= bits - 1
    }
  }
}
