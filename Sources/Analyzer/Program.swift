import ParserRuntime
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

  /// The version of the program.
  static let version = "0.1.0"

  /// What is known of it besides its parser.
  static var info: SpecificationInfo { specification.info }
}
