import ParserRuntime
import Settings
import Synchronization

/// The program that runs, for whichever protocol it is.
///
/// Commands are types, of which the command line's library makes the values, so nobody can hand them the protocol: it is
/// here. It is set before the first command is looked at, once, and never changes.
final class Program: Sendable {
  private static let running = AtomicLazyReference<Program>()

  private let specification: any Specification.Type

  private init(_ specification: any Specification.Type) { self.specification = specification }

  /// Says which protocol the program is for.
  static func begin(_ specification: any Specification.Type) {
    let program = Program(specification)
    precondition(running.storeIfNil(program) === program, "a process runs one program")
  }

  /// The protocol.
  static var specification: any Specification.Type {
    guard let program = running.load() else { preconditionFailure("a program begins with AnalyzerProgram.main") }
    return program.specification
  }

  /// What is known of it besides its parser.
  static var info: SpecificationInfo { specification.info }

  // MARK: Names

  /// What people type to run the program.
  static var name: String { info.program.name }

  /// The description's name, by which examples call a store's database.
  static var id: String { info.name }

  /// Where settings are looked for.
  static var places: Configuration.Places {
    Configuration.Places(file: info.program.configurationFile, environmentPrefix: info.program.environmentPrefix)
  }

  /// The environment variable with the password of a store. It is no setting: those are shown.
  static var passwordVariable: String { info.program.environmentPrefix + "_STORE_PASSWORD" }

  // MARK: Examples in help

  /// A BPF filter for a port of the protocol.
  static var portFilter: String {
    guard let port = info.ports.first else { return info.transports.map(\.rawValue).joined(separator: " or ") }
    return info.transports.count > 1 ? "port \(port)" : "\(info.transports[0].rawValue) port \(port)"
  }

  /// A table that finds rows by the values of a list; nil where the description asks for none.
  static var valueList: String? { info.valueLists.first?.name }

  /// A kind of messages.
  static var messageKind: String { info.messageKinds.first ?? info.name }
}
