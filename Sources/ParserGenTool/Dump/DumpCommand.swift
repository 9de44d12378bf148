import ArgumentParser
import Dispatch
import Foundation
import ParserGen

struct Dump: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse a file by a description, and print what is in it.",
    discussion: """
      The description is compiled with the swiftc on PATH, and kept in ~/.cache/parsergen (XDG_CACHE_HOME) as long as it does not
      change. Exits with status 1 if the description is wrong, or the file cannot be parsed to its end; what was parsed of it is
      printed all the same.

      With --jobs several hundred files are parsed, each by its description, and each on its own: whatever goes wrong, the
      others have their results. A job is a line like {"id": "x", "spec": "png.ksy", "file": "x.png"}; it may have "import_path"
      and "opaque", lists of folders and of descriptions of opaque types, "swift", a list of Swift files, and "params", an
      object. Its result is a line of --output, in the same order.

      A description may name what it does not describe: processors, types like struct MyFilter: ByteProcessor for
      'process: my_filter(7)', and opaque types. --swift gives files that have them; these import ParserRuntime.
      --param gives a value for a parameter of the root type: an integer, a number, true or false, a text, bytes as
      hexadecimal digits, the name of an enum's member, or several of these with commas between them.

      EXAMPLES
        parsergen dump png.ksy image.png
        parsergen dump png.ksy image.png --format tree | less
        parsergen dump chunk.ksy chunk.bin --param version=2 --swift filter.swift
        parsergen dump --jobs jobs.jsonl --output results.jsonl
      """)

  @Argument(help: "A description (.ksy).")
  var spec: String?
  @Argument(help: "The file to be parsed.")
  var file: String?
  @Option(help: "json, or tree for people.")
  var format = DumpFormat.json
  @Option(help: ArgumentHelp("A folder where imports are looked for.", valueName: "folder"))
  var importPath: [String] = []
  @Option(help: ArgumentHelp("The description of an opaque type.", valueName: "spec"))
  var opaque: [String] = []
  @Option(help: ArgumentHelp("A Swift file with processors or opaque types.", valueName: "file"))
  var swift: [String] = []
  @Option(help: ArgumentHelp("A value for a parameter of the root type.", valueName: "name=value"))
  var param: [String] = []
  @Option(help: ArgumentHelp("A file with a job a line.", valueName: "file"))
  var jobs: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("The file for the results of --jobs.", valueName: "file"))
  var output: String?
  @Option(help: ArgumentHelp("How many seconds parsing a file may take.", valueName: "seconds"))
  var timeLimit = 20.0

  enum DumpFormat: String, ExpressibleByArgument, CaseIterable { case json, tree }

  func validate() throws {
    guard timeLimit > 0, timeLimit <= 86_400 else { throw ValidationError("--time-limit is a number of seconds") }
    guard (jobs == nil) == (output == nil) else { throw ValidationError("--jobs and --output belong together") }
    if let wrong = param.first(where: { !$0.contains("=") }) {
      throw ValidationError("--param is name=value, not '\(wrong)'")
    }
    if jobs != nil {
      guard spec == nil, importPath.isEmpty, opaque.isEmpty, swift.isEmpty, param.isEmpty else {
        throw ValidationError("with --jobs, files, folders and parameters are those of the jobs")
      }
    } else if file == nil {
      throw ValidationError("name a description and a file, or --jobs and --output")
    }
  }

  func run() async throws {
    ChildProcess.endAllWithThis()
    let progress = ProgressLine()
    do {
      if let jobs, let output {
        try await run(jobs: jobs, output, progress)
      } else if let spec, let file {
        let description = DescriptionFiles(
          spec: spec, importPath: importPath, opaque: opaque, swift: swift, parameters: parameters)
        try show(description, file, progress)
      }
    } catch let error as DumpError {
      progress.clear()
      throw fail("error: \(error)")
    } catch let failure as JobFailure {
      progress.clear()
      // What is wrong with a description says itself that it is an error, and where.
      let isPlaced = failure.status == .invalidDescription
      throw fail(isPlaced ? failure.message : "error: \(failure.kind): \(failure.message)")
    }
  }

  private var parameters: [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for text in param {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      values[parts[0]] = .typed(parts[1])
    }
    return values
  }

  private func fail(_ message: String) -> ExitCode {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    return .failure
  }

  private func compiler(_ progress: ProgressLine) throws(DumpError) -> BatchCompiler {
    BatchCompiler(library: try RuntimeLibrary(try .find(), tell: progress.show))
  }

  private func show(_ description: DescriptionFiles, _ file: String, _ progress: ProgressLine) throws {
    let source = try DumpSource.generate(description)
    let compiler = try compiler(progress)
    progress.show("compiling \(description.spec)")
    let program = try compiler.program(of: source)
    progress.show("parsing \(file)")
    let child = try JobRunner(seconds: timeLimit).run(program, source.name, file: file, format: format.rawValue)
    progress.clear()
    FileHandle.standardOutput.write(Data(child.output))
    FileHandle.standardError.write(Data(child.errors))
    if !child.succeeded { throw ExitCode.failure }
  }

  private func run(jobs: String, _ output: String, _ progress: ProgressLine) async throws {
    guard let text = FileManager.default.contents(atPath: jobs) else { throw DumpError("\(jobs): cannot be read") }
    let isWritable = FileManager.default.createFile(atPath: output, contents: nil)
    guard isWritable, let results = FileHandle(forWritingAtPath: output) else {
      throw DumpError("\(output): cannot be written")
    }
    let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    let run = DumpRun(compiler: try compiler(progress), runner: JobRunner(seconds: timeLimit)) {
      (description) throws(JobFailure) in try DumpSource.generate(description)
    }
    await run.run(lines.filter { !$0.allSatisfy(\.isWhitespace) }, results, tell: progress.show)
    progress.clear()
  }
}
