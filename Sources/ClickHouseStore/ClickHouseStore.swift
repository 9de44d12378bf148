public import Capture
import ClickHouseSchema
import Foundation
public import ParserRuntime
import Synchronization

/// A store that is a database of ClickHouse's, on one server or many. Any number of sensors may write to it.
public struct ClickHouseStore: CaptureStore {
  /// What is to be known of a store besides its address.
  public struct Options: Sendable {
    /// The user's password.
    public var password = ClickHousePassword()
    /// The path of a PEM file with the certificates that may have signed the server's; nil for the system's.
    public var certificates: String?
    /// What the servers' configuration calls the cluster that shares the rows; nil for a single server.
    public var cluster: String?
    /// Days after which the server removes rows; nil for never. Counts when tables are made.
    public var retentionDays: Int?
    /// Whether there are tables in which rows are found by the values of lists. Counts when tables are made; who writes
    /// looks what there is.
    public var findsByValue = false
    /// How rows are written; nil for what is usual.
    public var sensor: SensorOptions?

    /// A single server, which asks for no password.
    public init() {}
  }

  private let access: ClickHouseAccess
  private let client: ClickHouseClient
  private let info: SpecificationInfo
  private let options: Options
  private let lastSize = SizeCache()

  /// - Parameters:
  ///   - address: of the servers.
  ///   - info: of the description whose tables it has, or gets.
  /// - Throws: Where the file of certificates cannot be used.
  public init(
    _ address: ClickHouseAddress, for info: SpecificationInfo, options: Options = Options()
  ) throws(CaptureError) {
    self.info = info
    self.options = options
    access = ClickHouseAccess(
      address: address, password: options.password, certificates: options.certificates, agent: info.program.name)
    client = try access.client()
  }

  var tables: StoreTables { tables(of: client) }

  private func tables(of client: ClickHouseClient) -> StoreTables {
    StoreTables(
      client: client, info: info, cluster: options.cluster, retentionDays: options.retentionDays,
      findsByValue: options.findsByValue)
  }

  /// The address, which has no password in it.
  public var name: String { client.address.description }

  /// Whether the database has any of the tables. Where the server cannot be asked, there may be some: who uses them is told
  /// what is wrong.
  public var exists: Bool {
    do throws(CaptureError) { return try tables.exist() } catch { return true }
  }

  /// Bytes on the server's disk; asked for every few seconds, since whoever shows it does so all the time.
  public var size: Int {
    lastSize.value { [client, info] in
      let statement = "SELECT sum(bytes) FROM system.parts WHERE active AND database = currentDatabase()"
      do throws(QueryError) {
        return Int(try ClickHouseQueries(client, info).texts(statement).first?.first ?? "") ?? 0
      } catch {
        return nil
      }
    }
  }

  /// For the server's version, or where it cannot be asked for today's.
  public var definition: [String] {
    let schema: ClickHouseSchema
    do throws(CaptureError) {
      schema = try tables.schema()
    } catch {
      schema = ClickHouseSchema(info, flavour: .current, findsByValue: options.findsByValue)
    }
    return schema.tableStatements + schema.nameStatements + schema.viewStatements
  }

  /// What the rows are asked from. It only reads, whatever the user may do.
  public var queries: any QueryEngine { ClickHouseQueries(client, info) }

  /// Makes the database, and the tables and views that are not there; what is there stays as it is.
  /// - Throws: Where the server cannot be asked, or refuses.
  public func prepare() throws(CaptureError) { try tables.create() }

  /// Adds tables and columns that are not there, and makes views anew. Nothing that has rows is removed.
  /// - Returns: What was added, each in a few words.
  /// - Throws: Where something differs that cannot be added, or where the server cannot be asked.
  public func migrate() throws(CaptureError) -> [String] { try tables.migrate() }

  /// How what is there differs from what the description asks for, each difference in a few words. Where the address names
  /// several servers, each of them is asked.
  /// - Throws: Where a server cannot be asked, or has no such database.
  public func differences() throws(CaptureError) -> [String] {
    let hosts = access.address.hosts
    guard hosts.count > 1 else { return try tables.compare().lines }
    var lines: [String] = []
    for host in hosts {
      var one = access
      one.address.hosts = [host]
      lines += try tables(of: one.client()).compare().lines.map { "\(host.authority): \($0)" }
    }
    return lines
  }

  /// Sensors do not change tables, since others may be writing.
  public func open(for use: StoreUse) throws(CaptureError) -> any StoreSession { try openSession() }

  private func openSession() throws(CaptureError) -> ClickHouseSession {
    let found = try comparison()
    if let found, !found.isFit {
      throw CaptureError(
        "\(name): \(found.lines.joined(separator: "; ")). '\(info.program.name) store create' makes what is missing, "
          + "'\(info.program.name) store migrate' adds to what is there")
    }
    let sensor =
      options.sensor
      ?? SensorOptions(
        stateFolder: SensorOptions.defaultStateFolder(access.address, program: info.program.name))
    return try ClickHouseSession(
      access, isCluster: options.cluster != nil, sensor, info: info, valueTables: found?.valueTables)
  }

  /// How the tables are; nil where no server can be asked: a sensor that has its number begins without, and its rows wait
  /// in the spool.
  private func comparison() throws(CaptureError) -> StoreTables.Comparison? {
    do throws(CaptureError) {
      return try tables.compare()
    } catch {
      guard isReachable else { return nil }
      throw error
    }
  }

  /// Whether a server says anything at all, be it that it does not know the user.
  private var isReachable: Bool {
    do throws(ClickHouseFailure) {
      var request = ClickHouseRequest("SELECT 1", timeout: .seconds(30))
      request.inDatabase = false
      _ = try client.execute(request)
      return true
    } catch {
      switch error {
      case .unreachable, .noAnswer: return false
      case .exception, .strange, .cancelled: return true
      }
    }
  }

  /// Sends all rows of another store that nobody writes to meanwhile. What it was sent before is not sent again.
  /// - Parameter progress: called now and then; where it says no, the rest is left to the next push.
  /// - Returns: What was done.
  /// - Throws: Where the other store cannot be read, or this one cannot be written.
  public func push(
    _ other: any CaptureStore, progress: (StorePushProgress) -> Bool = { _ in true }
  ) throws(CaptureError) -> StorePushProgress {
    try StorePush.push(other, to: try openSession(), progress: progress)
  }

  /// - Throws: Always: others have their rows in it too.
  public func removeData() throws(CaptureError) {
    throw CaptureError(
      "\(name): is shared by all sensors, so it is not emptied from here; '\(info.program.name) store drop' "
        + "removes days that are past"
    )
  }

  /// Does nothing: all that is suggested came with the tables.
  public func makeIndices() throws(CaptureError) {}
}

/// A size that was asked for a moment ago.
private final class SizeCache: Sendable {
  private static let age = Duration.seconds(5)

  private let known = Mutex<(size: Int, time: ContinuousClock.Instant)?>(nil)

  /// - Parameter ask: gives nil where it cannot be told.
  func value(_ ask: () -> Int?) -> Int {
    let (size, isFresh) = known.withLock { known -> (Int, Bool) in
      guard let last = known else { return (0, false) }
      guard last.time.duration(to: .now) >= Self.age else { return (last.size, true) }
      // The others take the old one meanwhile.
      known = (last.size, .now)
      return (last.size, false)
    }
    guard !isFresh else { return size }
    let new = ask() ?? size
    known.withLock { $0 = (new, .now) }
    return new
  }
}
