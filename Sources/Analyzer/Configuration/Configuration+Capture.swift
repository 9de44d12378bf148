import Capture
import ClickHouseStore
import Settings
import Logging
import ParserRuntime

extension Configuration {
  /// How traffic is decoded, and what of it is stored.
  var decodingOptions: DecodingOptions {
    var options = DecodingOptions()
    options.omittedDetails = Set(Program.info.details.filter { !flag("capture.\($0)_details") })
    options.storesEvents = flag("capture.connection_details")
    options.storesBytes = flag("capture.raw_details")
    options.overlaps = OverlapPolicy(rawValue: text("capture.overlaps")) ?? options.overlaps
    options.detects = flag("capture.detect")
    options.checksums = ChecksumPolicy(rawValue: text("capture.checksums")) ?? options.checksums
    return options
  }

  /// The device that is named, or found by its address, or guessed.
  func interface(_ logger: Logger) throws(CaptureError) -> String {
    if let name = textIfAny("capture.interface") { return name }
    let all = try NetworkInterface.all()
    if let address = textIfAny("capture.device_ip") {
      guard let found = all.first(where: { $0.addresses.contains(address) }) else {
        throw CaptureError("no interface has the address \(address); '\(Program.name) interfaces' lists them")
      }
      return found.name
    }
    let usable = all.filter { $0.isUp && !$0.addresses.isEmpty }
    guard let guess = usable.first(where: { !$0.isLoopback }) ?? usable.first else {
      throw CaptureError("there is no interface to capture on; name one with --interface")
    }
    logger.info("no interface was named: taking \(guess.name)")
    return guess.name
  }

  /// - Throws: Where the store cannot do what is asked.
  func liveOptions(interface: String) throws(CaptureError) -> LiveOptions {
    try checkLimits()
    var options = LiveOptions(interface: interface)
    options.filter = textIfAny("capture.filter")
    options.device.isPromiscuous = flag("capture.promiscuous")
    options.device.isImmediate = flag("capture.immediate")
    options.device.bufferSize = integer("capture.buffer_megabytes") << 20
    options.decoding = decodingOptions
    options.limits.databaseBytes = integerIfAny("capture.max_capture_megabytes").map { $0 * 1_000_000 }
    options.rotation.seconds = integerIfAny("capture.rotate_seconds").map(Double.init)
    options.rotation.bytes = integerIfAny("capture.rotate_megabytes").map { $0 * 1_000_000 }
    options.rotation.files = integerIfAny("capture.rotate_files")
    options.retention = Retention(
      seconds: integerIfAny("capture.keep_hours").map { Double($0) * 3600 },
      bytes: integerIfAny("capture.keep_megabytes").map { $0 * 1_000_000 })
    options.user = textIfAny("capture.user")
    options.recording = textIfAny("capture.write").map { path in
      RecordingOptions(
        path: path, maximumBytes: integerIfAny("capture.write_megabytes").map { $0 * 1_000_000 },
        maximumSeconds: integerIfAny("capture.write_seconds").map(Double.init),
        maximumFiles: integerIfAny("capture.write_files"))
    }
    return options
  }

  /// Whether captures go on in another file by themselves, or somebody else is to make them, and only so many are kept.
  var rotates: Bool {
    ["capture.rotate_seconds", "capture.rotate_megabytes", "capture.rotate_files"].contains { integerIfAny($0) != nil }
  }

  /// A store that others share has no size by which one of them could go, and is no file.
  private func checkLimits() throws(CaptureError) {
    guard let store = try storeName() else { return }
    if rotates {
      throw CaptureError(
        "\(try ClickHouseAddress(store)): is no file, so there is no other one to go on in: capture.rotate_seconds, "
          + "capture.rotate_megabytes and capture.rotate_files are for files. Set them to 0; what is too old is removed by the servers "
          + "(store_keep_days when tables are made), or by '\(Program.name) store drop'")
    }
    guard integerIfAny("capture.max_capture_megabytes") != nil else { return }
    throw CaptureError(
      "\(try ClickHouseAddress(store)): is shared by all sensors, so its size ends no capture: capture.max_capture_megabytes is for files. "
        + "Set it to 0; what is too old is removed by the servers (store_keep_days when tables are made), or by "
        + "'\(Program.name) store drop'")
  }
}
