import Foundation
import Testing

@testable import Capture
@testable import ClickHouseStore

@Suite struct SensorStateTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func state(_ database: String = "nano") throws -> SensorState {
    try SensorState(folder: folder.path("state"), database: database)
  }

  @Test func `ids have the sensor and rise with time`() throws {
    let now = Date(timeIntervalSince1970: Double(SensorID.epoch) + 10)
    #expect(try state().firstCounter(now: now) == 10 << 16)
    let id = SensorID.id(sensor: SensorID.largestSensor, counter: 1 << 48 - 1)
    #expect(id == .max && SensorID.sensor(of: id) == 32767 && SensorID.counter(of: id) == 1 << 48 - 1)
    #expect(SensorID.id(sensor: 1, counter: 0) == 1 << 48)
    // A clock that is wrong in any way gives no id that cannot be.
    #expect(try state().firstCounter(now: Date(timeIntervalSince1970: 0)) == 0)
  }

  @Test func `ids are never given twice whatever the clock says`() throws {
    let now = Date(timeIntervalSince1970: Double(SensorID.epoch) + 10)
    let used = SensorID.id(sensor: 3, counter: 5_000_000_000)
    do {
      let state = try state()
      try state.use(upTo: used)
      // Killed here.
    }
    let next = try state().firstCounter(now: now)
    #expect(next > 5_000_000_000)
    do {
      let state = try state()
      try state.use(upTo: SensorID.id(sensor: 3, counter: next + 7))
      try state.finish(at: SensorID.id(sensor: 3, counter: next + 7))
    }
    #expect(try state().firstCounter(now: now) == next + 8)
    // One that used none gives none back.
    try state().finish(at: SensorID.id(sensor: 3, counter: next + 7))
    #expect(try state().firstCounter(now: now) == next + 8)
  }

  @Test func `the file is seldom written`() throws {
    let state = try state()
    try state.use(upTo: 1)
    let file = folder.path("state/sensor.json")
    try FileManager.default.removeItem(atPath: file)
    for id in 2..<100_000 as Range<Int64> { try state.use(upTo: id) }
    #expect(!FileManager.default.fileExists(atPath: file))
    try state.use(upTo: 1 << 40)
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test func `instance and number stay`() throws {
    var instance = ""
    do {
      let state = try state()
      #expect(state.number == nil)
      instance = state.instance
      try state.keep(number: 12)
    }
    let again = try state()
    #expect(again.number == 12 && again.instance == instance && !instance.isEmpty)
  }

  @Test func `a second process is refused`() throws {
    let first = try state()
    #expect(throws: CaptureError.self) { try state() }
    withExtendedLifetime(first) {}
  }

  @Test func `the folder of another store is refused`() throws {
    try state().keep(number: 12)
    let error = #expect(throws: CaptureError.self) { try state("other") }
    #expect(error?.description.contains("'nano', not of 'other'") == true)
    #expect(try state().number == 12)
  }

  @Test func `a damaged file is not replaced`() throws {
    try state().keep(number: 12)
    try Data("{".utf8).write(to: folder.url.appending(path: "state/sensor.json"))
    #expect(throws: CaptureError.self) { try state() }
    #expect(try Data(contentsOf: folder.url.appending(path: "state/sensor.json")) == Data("{".utf8))
  }

  @Test(
    arguments: [
      (["STATE_DIRECTORY": "/var/lib/here:/other", "HOME": "/root"], "/var/lib/here/"),
      (["XDG_STATE_HOME": "/x", "HOME": "/root"], "/x/trafficcap/"),
      (["HOME": "/root"], "/root/.local/state/trafficcap/"),
      ([:], "/var/lib/trafficcap/"),
    ] as [([String: String], String)]) func `where the folder is by default`(
      environment: [String: String], base: String
    ) throws
  {
    let address = try ClickHouseAddress("clickhouse://u@b:1,a/my%20db")
    func folder(_ address: ClickHouseAddress) -> String {
      SensorOptions.defaultStateFolder(address, program: "trafficcap", environment: environment)
    }
    #expect(folder(address) == base + "a_8123,b_1_my_db")
    let same = try ClickHouseAddress("clickhouse://v@a,b:1/my%20db")
    #expect(folder(same) == base + "a_8123,b_1_my_db")
  }
}
