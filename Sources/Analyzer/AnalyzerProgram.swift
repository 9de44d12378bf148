import ArgumentParser
public import ParserRuntime

/// A whole protocol analyzer: captures, imports, console, queries and validation for the protocol of a description.
///
///     import Analyzer
///
///     @main struct Thermocap: AnalyzerProgram { static let specification = ThermoSpecification.self }
///
/// Names, ports and help come from the description, `meta/-program` above all.
public protocol AnalyzerProgram {
  /// What the description compiler has made of the description.
  associatedtype Description: Specification

  /// The protocol that the program is for.
  static var specification: Description.Type { get }
}

extension AnalyzerProgram {
  /// Runs the command line, and ends the process.
  public static func main() {
    Program.begin(specification)
    AnalyzerCommand.main(AnalyzerCommand.arguments)
  }
}
