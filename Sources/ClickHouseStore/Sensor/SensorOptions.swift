public import Foundation

/// How a sensor writes to a store on servers.
public struct SensorOptions: Sendable {
  /// The folder with what it keeps: its number, and rows that the store has not taken yet.
  public var stateFolder: String
  /// Bytes of rows that may wait in that folder: beyond it an import waits, and a live capture drops.
  public var spoolBytes = 1 << 30
  /// Whether rows are compressed: for a line that is slower than a few hundred megabits a second.
  public var compresses = false
  /// Seconds that rows wait for others that go with them, at the most.
  public var sealTime = 1.0
  /// What the sensor is called in the table of sensors; not its number, which the store gives.
  public var name: String
  /// The program's version, for that table.
  public var version = ""

  /// - Parameter stateFolder: with what the sensor keeps; is made if there is none.
  public init(stateFolder: String) {
    self.stateFolder = stateFolder
    name = ProcessInfo.processInfo.hostName
  }

  /// The folder that is a store's by default, below that which systemd gives a service, or the one that the user keeps
  /// states in.
  /// - Parameter program: the name of the program, which such a folder is called after.
  public static func defaultStateFolder(
    _ address: ClickHouseAddress, program: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    // systemd names several, separated by colons.
    let service = environment["STATE_DIRECTORY"].map { $0.split(separator: ":").first.map(String.init) ?? $0 }
    let user = environment["XDG_STATE_HOME"] ?? environment["HOME"].map { $0 + "/.local/state" }
    let base = service ?? user.map { "\($0)/\(program)" } ?? "/var/lib/\(program)"
    // The servers of a cluster are one store, whichever is asked first.
    let hosts = address.hosts.map { "\($0.name)_\($0.port)" }.sorted().joined(separator: ",")
    let name = "\(hosts)_\(address.database)".map { $0.isLetter || $0.isNumber || "._,-".contains($0) ? $0 : "_" }
    return base + "/" + String(name)
  }
}
