import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// A folder for the databases and files of a test.
final class TemporaryExports {
  private let folder: TemporaryFolder
  private var files = 0

  init() throws { folder = try TemporaryFolder() }

  private func path(_ suffix: String) -> String {
    files += 1
    return folder.path("\(files).\(suffix)")
  }

  /// Writes a capture file.
  func write(_ records: [CaptureBytes.Record]) throws -> String {
    let path = path("pcap")
    try Data(CaptureBytes.pcap(records, isNanoseconds: true)).write(to: URL(filePath: path))
    return path
  }

  func copy(_ file: URL) throws -> String {
    let path = path("pcap")
    try FileManager.default.copyItem(at: file, to: URL(filePath: path))
    return path
  }

  /// Imports a capture file.
  func imported(
    _ capture: String, into known: (any CaptureStore)? = nil,
    as specification: any Specification.Type = NanoSpecification.self,
    storesBytes: Bool = false, _ change: (inout DecodingOptions) -> Void = { _ in }
  ) throws -> any CaptureStore {
    var options = DecodingOptions()
    options.storesBytes = storesBytes
    change(&options)
    let store = known ?? Stores.store(named: path("db"), for: specification.info)
    _ = try Importer(into: store, as: specification, options: options).run([capture])
    return store
  }

  private func conditions(
    _ filter: String?, _ sql: String?, _ specification: any Specification.Type
  ) throws -> [RowCondition] {
    try (filter.map { [.message(try FilterLanguage(specification.info).condition($0))] } ?? [])
      + (sql.map { [.expression($0)] } ?? [])
  }

  /// What an export makes.
  func exported(
    _ format: ExportFormat, _ filter: String?, _ sql: String? = nil, from store: any CaptureStore,
    as specification: any Specification.Type = NanoSpecification.self
  ) throws -> Data {
    let export = try MessageExport(
      format, of: try conditions(filter, sql, specification), from: store.queries, as: specification)
    var data = Data()
    while let part = try export.next() { data += part }
    return data
  }

  /// The same as a file.
  func export(
    _ format: ExportFormat, _ filter: String?, _ sql: String? = nil, from store: any CaptureStore,
    as specification: any Specification.Type = NanoSpecification.self
  ) throws -> String {
    let path = path(format.rawValue)
    try exported(format, filter, sql, from: store, as: specification).write(to: URL(filePath: path))
    return path
  }

  /// A message, whatever its numbers are.
  struct Message: Hashable {
    var name: String
    var time: Int64
    var source: String
    var destination: String
    var transport: Transport
    var bytes: [UInt8]
  }

  func messages(
    of store: any CaptureStore, _ filter: String? = nil, _ sql: String? = nil,
    as specification: any Specification.Type = NanoSpecification.self
  ) throws -> Set<Message> {
    var found: [Message] = []
    let (missing, _) = try StoredMessages(store.queries, as: specification).run(
      where: try conditions(filter, sql, specification), limit: 100_000
    ) { unit in
      found.append(
        Message(
          name: unit.contentName ?? "", time: unit.time, source: unit.source, destination: unit.destination,
          transport: unit.transport, bytes: unit.bytes))
      return true
    }
    #expect(missing == 0)
    return Set(found)
  }
}
