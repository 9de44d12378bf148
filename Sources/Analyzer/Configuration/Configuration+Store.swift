import Capture
import ClickHouseStore
import Settings
import ParserRuntime

extension Configuration {
  /// Where rows are kept: a file, or a database of ClickHouse's if one is named.
  func store() throws(CaptureError) -> any CaptureStore {
    if let store = try clickHouseStore() { return store }
    return Stores.store(named: text("database"), for: Program.info)
  }

  /// The same for captures, which may go on in another file. Where they do so by themselves, the latest file is meant.
  func captureStore() throws(CaptureError) -> any CaptureStore {
    if let store = try clickHouseStore() { return store }
    return DatabaseSeries(path: text("database"), info: Program.info, isContinued: rotates)
  }

  /// The database of ClickHouse's that is named; nil where rows are kept in a file.
  func clickHouseStore() throws(CaptureError) -> ClickHouseStore? {
    guard let name = try storeName() else { return nil }
    let address = try ClickHouseAddress(name)
    var options = ClickHouseStore.Options()
    options.password = try ClickHousePassword(
      file: textIfAny("store_password_file"), variable: Program.passwordVariable)
    options.certificates = textIfAny("store_ca_file")
    options.cluster = textIfAny("store_cluster")
    options.retentionDays = integerIfAny("store_keep_days")
    options.findsByValue = flag("store_by_value")
    var sensor = SensorOptions(stateFolder: stateFolder(address))
    if let name = textIfAny("store_sensor") { sensor.name = name }
    sensor.spoolBytes = integer("store_spool_megabytes") * 1_000_000
    sensor.sealTime = Double(integer("store_seal_seconds"))
    sensor.compresses = flag("store_compress")
    sensor.version = Program.info.program.version
    options.sensor = sensor
    return try ClickHouseStore(address, for: Program.info, options: options)
  }

  /// What a file would be beside: of a store on a server the state folder.
  func placeOfState() throws(CaptureError) -> String {
    guard let name = try storeName() else { return text("database") }
    return stateFolder(try ClickHouseAddress(name)) + "/console"
  }

  private func stateFolder(_ address: ClickHouseAddress) -> String {
    textIfAny("store_state") ?? SensorOptions.defaultStateFolder(address, program: Program.name)
  }

  /// Of a file and a store on a server the one counts that is named later in this order: configuration file, environment,
  /// command line.
  func storeName() throws(CaptureError) -> String? {
    guard let name = textIfAny("store"), let store = Setting.named("store"), let database = Setting.named("database")
    else { return nil }
    let (file, server) = (entry(database).source, entry(store).source)
    guard file.rank != server.rank else {
      throw CaptureError(
        "there is a database's file (\(file)) as well as a store (\(server)): rows are kept in one of them, so name one"
      )
    }
    return server.rank > file.rank ? name : nil
  }
}

extension Configuration.Source {
  fileprivate var rank: Int {
    switch self {
    case .standard: 0
    case .file: 1
    case .environment: 2
    case .commandLine: 3
    }
  }
}
