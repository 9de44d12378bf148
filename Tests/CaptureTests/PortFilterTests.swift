import CLibPcap
import ParserRuntime
import Testing

@testable import Capture

@Suite struct PortFilterTests {
  private func compiles(_ filter: String, on type: LinkType) -> Bool {
    guard let handle = pcap_open_dead(type.dlt, 65_535) else { return false }
    defer { pcap_close(handle) }
    var program = bpf_program()
    guard pcap_compile(handle, &program, filter, 1, UInt32.max) == 0 else { return false }
    pcap_freecode(&program)
    return true
  }

  @Test(arguments: [[], [7075], [7075, 54000]] as [[UInt16]], [[.tcp], [.udp], [.tcp, .udp]] as [[Transport]])
  func `the default filter compiles on what devices can be`(ports: [UInt16], transports: [Transport]) {
    // Ethernet, cooked, raw IP, loopback, PPP, 802.11 and radiotap.
    for number: UInt16 in [1, 113, 276, 101, 0, 108, 9, 105, 127] {
      let type = LinkType(number: number)
      #expect(compiles(PortFilter(ports: ports, transports: transports).live(on: type), on: type), "\(type.name)")
    }
  }

  @Test func `where flows are told by what they carry, the default filter has no ports`() {
    let info = GaugeSpecification.info
    #expect(PortFilter(info).live(on: .raw).hasPrefix("tcp port 4711 or udp port 4711 or ("))
    #expect(PortFilter(info, takesAllPorts: true).live(on: .raw).hasPrefix("tcp or udp or ("))
    var options = DecodingOptions()
    options.detects = true
    #expect(LiveCapture.defaultFilter(info, .raw, options).hasPrefix("tcp or udp or ("))
  }

  @Test func `the default filter asks for what carries messages`() {
    func filter(_ transports: [Transport], _ ports: [UInt16] = [53]) -> String {
      PortFilter(ports: ports, transports: transports).live(on: .raw)
    }
    #expect(filter([.tcp]) == "tcp port 53 or (ip proto 6 and ip[6:2] & 0x1fff != 0) or ip6 proto 44")
    #expect(filter([.udp]) == "udp port 53 or (ip proto 17 and ip[6:2] & 0x1fff != 0) or ip6 proto 44")
    #expect(
      filter([.tcp, .udp])
        == "tcp port 53 or udp port 53 or ((ip proto 6 or ip proto 17) and ip[6:2] & 0x1fff != 0) or ip6 proto 44")
    #expect(filter([.udp], []).hasPrefix("udp or "))
    let both = PortFilter(ports: [53], transports: [.tcp, .udp])
    #expect(both.advice(for: []) == "tcp port 53 or udp port 53")
    #expect(both.advice(for: [.vlan]) == "vlan and (tcp port 53 or udp port 53)")
  }

  @Test func `the filter that is advised compiles, one encapsulation by one and all together`() {
    let filter = PortFilter(ports: [7075, 54000])
    for encapsulation in Encapsulation.allCases {
      #expect(compiles(filter.advice(for: [encapsulation]), on: .ethernet), "\(encapsulation.name)")
    }
    #expect(compiles(filter.advice(for: Encapsulation.allCases), on: .ethernet))
    #expect(PortFilter(ports: [7075]).advice(for: [.vlan]) == "vlan and tcp port 7075")
    #expect(PortFilter(ports: [7075]).advice(for: [.gre, .erspan]) == "proto 47")
    #expect(
      filter.advice(for: [.vlan, .vxlan])
        == "udp port 4789 or udp port 8472 or (vlan and (tcp port 7075 or tcp port 54000))")
  }
}
