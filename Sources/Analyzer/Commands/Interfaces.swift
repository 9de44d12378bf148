import ArgumentParser
import Capture

struct Interfaces: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List network interfaces and their addresses.")

  func run() throws {
    let interfaces = try reportingErrors { try NetworkInterface.all() }
    if interfaces.isEmpty { print("no interface that this user may capture on") }
    for interface in interfaces {
      let state = interface.isUp ? "up" : "down"
      print("\(interface.name.padded(to: 16)) \(state.padded(to: 5)) \(interface.addresses.joined(separator: ", "))")
    }
  }
}
