import ArgumentParser
import Foundation
import ParserGen

/// Prints what became of a description, for `parsergen dump`, which runs this as a process of its own: a description that
/// the compiler does not survive, or never has done with, is to cost no other one.
struct DumpSource: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "dump-source", shouldDisplay: false)

  @Argument var spec: String
  @Option var importPath: [String] = []
  @Option var opaque: [String] = []
  @Option var swift: [String] = []
  /// A JSON object.
  @Option var parameters = "{}"

  func run() throws {
    let values = try JSONDecoder().decode([String: ParameterValue].self, from: Data(parameters.utf8))
    let files = DescriptionFiles(
      spec: spec, importPath: importPath, opaque: opaque, swift: swift, parameters: values)
    FileHandle.standardOutput.write(try JSONEncoder().encode(GeneratedParser(files)))
  }

  /// Runs the command for a description.
  static func generate(_ files: DescriptionFiles) throws(JobFailure) -> ParserSource {
    // A path that begins with a hyphen is no option.
    func path(_ text: String) -> String { text.hasPrefix("-") ? "./" + text : text }
    let arguments =
      ["dump-source", path(files.spec)] + files.importPath.flatMap { ["--import-path", path($0)] }
      + files.opaque.flatMap { ["--opaque", path($0)] } + files.swift.flatMap { ["--swift", path($0)] }
      + ["--parameters", parameters(files)]
    let child: ChildProcess
    do throws(DumpError) {
      child = try ChildProcess.run("/proc/self/exe", arguments, seconds: maximumSeconds)
    } catch {
      throw JobFailure(status: .crash, kind: "ProcessError", message: error.description)
    }
    guard child.end != .timedOut else {
      let message = "\(files.spec): the description is not compiled after \(Int(maximumSeconds)) seconds"
      throw JobFailure(status: .timeout, kind: "TimeLimit", message: message)
    }
    let generated = try? JSONDecoder().decode(GeneratedParser.self, from: Data(child.output))
    switch generated {
    case .source(let source)?: return source
    case .refused(let path, let message)?: throw .invalid(path: path, message)
    case .incomplete(let path, let message)?:
      throw JobFailure(status: .compileError, kind: "MissingType", path: path, message: message)
    case nil:
      let message = "\(files.spec): compiling the description ended unexpectedly: \(child.lastWords)"
      throw JobFailure(status: .crash, kind: "Crash", message: message)
    }
  }

  /// Sorted, so that a description is always called alike.
  private static func parameters(_ files: DescriptionFiles) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(files.parameters)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private static let maximumSeconds = 60.0
}
