import Capture
import Foundation

/// What a sensor keeps of itself between its runs, in a folder that one process at a time uses.
///
/// Without that folder a sensor is another one, with another number.
final class SensorState {
  /// As it is in the file.
  private struct Content: Codable {
    /// Tells the sensor from all others, also from one that was given the same number.
    var instance = UUID().uuidString
    /// nil until the store has given one.
    var number: Int?
    /// The database that gave it.
    var database: String?
    /// Tables of values that the database had the last time; nil for none.
    var valueTables: Set<String>?
    /// No id that the sensor has ever given has a counter as large as this.
    var nextCounter: Int64 = 0
  }

  /// How many ids are set down as given before they are: so the file is seldom written.
  private static let reserve: Int64 = 1 << 22

  let folder: String
  private let lock: Int32
  private var content = Content()

  /// Opens the folder, which is made if there is none.
  /// - Parameter database: of the store; its servers may move.
  /// - Throws: Where it cannot be used, where another process uses it, or where it belongs to another store.
  init(folder: String, database: String) throws(CaptureError) {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CaptureError("\(folder): cannot be made, and the store needs a folder for its state")
    }
    lock = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw CaptureError("\(folder): cannot be written to, and the store keeps its state there") }
    // From here on `deinit` closes it, also where this throws.
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw CaptureError("\(folder): another process uses this state folder; give each its own")
    }
    if let data = FileManager.default.contents(atPath: folder + "/sensor.json") {
      guard let content = try? JSONDecoder().decode(Content.self, from: data) else {
        throw CaptureError(
          "\(folder)/sensor.json: cannot be read; without it the sensor would give ids a second time. "
            + "Restore it, or begin with another state folder as another sensor")
      }
      guard content.database == nil || content.database == database else {
        throw CaptureError(
          "\(folder): is the state folder of the store '\(content.database ?? "")', not of '\(database)'; "
            + "each store needs one of its own")
      }
      self.content = content
    }
    content.database = database
  }

  deinit { close(lock) }

  /// Lets another process have the folder; nothing is kept from then on.
  func release() { flock(lock, LOCK_UN) }

  var instance: String { content.instance }
  var number: Int? { content.number }

  /// Keeps the number that the store has given.
  func keep(number: Int) throws(FileFailure) {
    content.number = number
    try save()
  }

  /// Tables of values that the store had when it was asked: whoever begins while it is away writes to them too.
  var valueTables: Set<String> { content.valueTables ?? [] }

  /// Keeps what tables of values the store has.
  func keep(valueTables: Set<String>) throws(FileFailure) {
    guard valueTables != self.valueTables else { return }
    content.valueTables = valueTables
    try save()
  }

  // MARK: Ids

  /// The first counter that a run may use: by the clock, so that ids rise with time, and above all that were used before,
  /// whatever the clock says.
  func firstCounter(now: Date) -> Int64 {
    let seconds = max(0, Int64(now.timeIntervalSince1970) - SensorID.epoch)
    return max(seconds << 16, content.nextCounter)
  }

  /// Makes sure that all ids up to this one are known as used before they are stored anywhere.
  func use(upTo id: Int64) throws(FileFailure) {
    let counter = SensorID.counter(of: id)
    guard counter >= content.nextCounter else { return }
    content.nextCounter = counter + Self.reserve
    try save()
  }

  /// Notes at the end of a run which ids were used, so that the reserve is not lost.
  func finish(at id: Int64) throws(FileFailure) {
    let counter = SensorID.counter(of: id) + 1
    guard counter < content.nextCounter else { return }
    content.nextCounter = counter
    try save()
  }

  private func save() throws(FileFailure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Texts and numbers can always be encoded.
    guard let data = try? encoder.encode(content) else { return }
    try DurableFile.write(data, to: folder + "/sensor.json", permissions: 0o600)
  }
}

/// Ids that are unique over all sensors of a store: 15 bits for the sensor, 48 for its counter.
enum SensorID {
  /// The largest number of a sensor; 0 is none.
  static let largestSensor = 1 << 15 - 1
  /// 2020-01-01 UTC, in seconds since 1970: where counters begin.
  static let epoch: Int64 = 1_577_836_800

  private static let counterBits: Int64 = 48

  static func id(sensor: Int, counter: Int64) -> Int64 { Int64(sensor) << counterBits | counter }
  static func counter(of id: Int64) -> Int64 { id & (1 << counterBits - 1) }
  static func sensor(of id: Int64) -> Int { Int(id >> counterBits) }
}
