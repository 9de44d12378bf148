import Capture
import ClickHouseSchema
import Foundation

/// A sensor's row in the table of sensors: how it gets its number, and how it notices that another one writes with the
/// same.
///
/// Numbers are never used for a second sensor, since rows carry them for ever. The table has no transactions. So a sensor
/// writes down the number that it would like, then reads who else did: whoever finds another one leaves the number to it
/// and takes the next. Two that begin at once may both do so; then a number is lost, and nothing else.
final class SensorRegistration {
  /// What the row tells of a sensor.
  struct Description: Sendable {
    var name: String
    var host: String
    var version: String
    var specification: String
  }

  private let state: SensorState
  private let description: Description
  /// When this run began, by the server's clock.
  private var started: Int64?

  init(_ state: SensorState, _ description: Description) {
    self.state = state
    self.description = description
  }

  /// The sensor's number; one that has none is given one.
  /// - Parameter settling: seconds after which all servers of a cluster have each other's rows.
  func number(_ client: ClickHouseClient, settling: TimeInterval) throws -> Int {
    if let number = state.number { return number }
    for attempt in 0..<20 {
      // Numbers of those that gave them back stay taken: it is not known who has seen them.
      let last = try integer(client, "SELECT max(number) FROM \(Self.table)")
      let number = Int(last) + 1
      guard number <= SensorID.largestSensor else {
        throw CaptureError("the store has given out all \(SensorID.largestSensor) numbers of sensors")
      }
      let started = try now(client)
      try write(client, number, started: started, seen: started)
      if settling > 0 { Thread.sleep(forTimeInterval: settling) }
      let others = try integer(
        client, "SELECT count() FROM \(Self.table) WHERE number = \(number) AND instance != \(instance)")
      if others == 0 {
        try state.keep(number: number)
        return number
      }
      try write(client, number, started: started, ended: started, seen: started + 1)
      // Those that met here are not to meet at the next number too, however many they are and however slow the server is.
      Thread.sleep(forTimeInterval: Double.random(in: 0.01...min(0.25 * exp2(Double(attempt)), 30)))
    }
    throw CaptureError("no number for this sensor was to be had: too many others begin at the same time; try again")
  }

  /// Writes down that the sensor is at work, and looks whether another one is with its number.
  ///
  /// The one that began later gives way. Whether it is a copy of this one's state folder, or another sensor, is the same.
  /// - Throws: `SensorConflict` where this one has to; nothing where the server cannot be asked.
  func beat(_ client: ClickHouseClient) throws(SensorConflict) {
    guard let number = state.number else { return }
    do {
      let now = try now(client)
      let began = try started ?? beginning(client, number, now)
      let elder = try client.text(
        ClickHouseRequest(
          "SELECT name, host FROM \(Self.table) WHERE number = \(number) AND ended_us = 0 "
            + "AND started_us < \(began) AND seen_us > \(began) ORDER BY seen_us DESC LIMIT 1"))
      let names = elder.split(separator: "\n").first.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
      if let names, names.count == 2 {
        throw SensorConflict(number: number, name: String(names[0]), host: String(names[1]), folder: state.folder)
      }
      try write(client, number, started: began, seen: max(now, began))
      started = began
    } catch let conflict as SensorConflict {
      throw conflict
    } catch {
      // The server is away; that is told where rows cannot be sent.
    }
  }

  /// When this run began: after whatever a former one wrote down, which may have been within this second. Two copies that
  /// begin at once are told apart by chance.
  private func beginning(
    _ client: ClickHouseClient, _ number: Int, _ now: Int64
  ) throws(ClickHouseFailure) -> Int64 {
    let last = try integer(client, "SELECT max(seen_us) FROM \(Self.table) WHERE number = \(number)")
    return max(now, last + 1) + Int64.random(in: 0..<1000)
  }

  /// Writes down that the sensor has ended.
  func end(_ client: ClickHouseClient) {
    guard let number = state.number, let started, let now = try? now(client) else { return }
    try? write(client, number, started: started, ended: max(now, started), seen: max(now, started) + 1)
  }

  // MARK: The table

  private static let table = ClickHouseText.name(ClickHouseSchema.sensorTable.name)

  private var instance: String { ClickHouseText.literal(state.instance) }

  /// By the server's clock, in µs since 1970: that of sensors may be wrong.
  private func now(_ client: ClickHouseClient) throws(ClickHouseFailure) -> Int64 {
    try integer(client, "SELECT toInt64(toUnixTimestamp(now())) * 1000000")
  }

  private func integer(_ client: ClickHouseClient, _ statement: String) throws(ClickHouseFailure) -> Int64 {
    try client.integer(ClickHouseRequest(statement, timeout: .seconds(20)))
  }

  private func write(
    _ client: ClickHouseClient, _ number: Int, started: Int64, ended: Int64 = 0, seen: Int64
  ) throws(ClickHouseFailure) {
    let texts = [description.name, description.host, description.version, description.specification]
      .map(ClickHouseText.literal).joined(separator: ", ")
    _ = try client.execute(
      ClickHouseRequest(
        "INSERT INTO \(Self.table) (number, instance, name, host, version, specification, started_us, ended_us, seen_us) "
          + "VALUES (\(number), \(instance), \(texts), \(started), \(ended), \(seen))", timeout: .seconds(20)))
  }
}

/// Two sensors have the same number, so this one must not go on.
struct SensorConflict: Error, CustomStringConvertible {
  var number: Int
  var name: String
  var host: String
  var folder: String

  var description: String {
    "another sensor, \(name) on \(host), writes into the store with the number \(number) of this one: is "
      + "\(folder) a copy of its state folder? Remove it here, and this one gets a number of its own"
  }
}
