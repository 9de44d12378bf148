import Foundation

/// Compiles parsers, several to a program.
struct BatchCompiler: Sendable {
  var library: RuntimeLibrary
  /// How long a batch may take, whatever is in it; an even larger one for each kilobyte of code.
  var secondsForBatch = 90.0
  var secondsForKilobyte = 0.5

  private var cache: ParserCache { library.cache }

  /// Divides parsers into batches: as many as there are processors at least, and none too large, since a change of one
  /// of its parsers is a program of its own, and one that does not compile holds up all others.
  static func batches(of parsers: [ParserSource], processors: Int) -> [[ParserSource]] {
    let count = min(20, max(1, (parsers.count + processors - 1) / processors))
    var batches: [[ParserSource]] = []
    var size = 0
    for parser in parsers {
      let length = parser.text.utf8.count
      // What its user brings along may have any names.
      let isAlone = !parser.companions.isEmpty || batches.last?.last?.companions.isEmpty == false
      if let last = batches.last, last.count < count, size + length <= 400_000, !isAlone {
        batches[batches.count - 1].append(parser)
        size += length
      } else {
        batches.append([parser])
        size = length
      }
    }
    return batches
  }

  /// Compiles parsers into the cache.
  /// - Returns: Why some do not compile, by their names.
  func compile(_ parsers: [ParserSource]) throws(DumpError) -> [String: String] {
    var (rest, failures): ([ParserSource], [String: String]) = (parsers, [:])
    while !rest.isEmpty {
      let (program, child) = try attempt(rest)
      if let program {
        try cache.keep(program: program, of: rest.map(\.name))
        break
      }
      let messages = CompilerMessages(child.errorText).errors
      let guilty = Dictionary(messages.map { (Self.parser(of: $0.file), $0.description) }) { first, _ in first }
      let innocent = rest.filter { guilty[$0.name] == nil }
      guard innocent.count < rest.count else { return try failures.merging(blame(child, rest)) { first, _ in first } }
      for parser in rest {
        guard let error = guilty[parser.name] else { continue }
        cache.keep(error: error, of: parser.name)
        failures[parser.name] = error
      }
      rest = innocent
    }
    return failures
  }

  /// The program of one parser, compiled if it was not yet.
  func program(of parser: ParserSource) throws -> String {
    if let program = cache.program(of: parser.name) { return program }
    if let error = cache.error(of: parser.name) { throw JobFailure.compileError(error) }
    let failures = try compile([parser])
    guard let program = cache.program(of: parser.name) else {
      throw JobFailure.compileError(failures[parser.name] ?? "there is no program")
    }
    return program
  }

  /// The compiler has failed without saying where. That is no property of the code that is worth keeping: another time it
  /// may have more room, or less to do besides.
  private func blame(_ child: ChildProcess, _ parsers: [ParserSource]) throws(DumpError) -> [String: String] {
    guard let only = parsers.first, parsers.count == 1 else {
      var failures: [String: String] = [:]
      for parser in parsers { failures.merge(try compile([parser])) { first, _ in first } }
      return failures
    }
    let isLate = child.end == .timedOut
    return [only.name: isLate ? "the compiler has not done after \(Int(seconds(parsers))) seconds" : child.lastWords]
  }

  private func seconds(_ parsers: [ParserSource]) -> Double {
    secondsForBatch + secondsForKilobyte * Double(parsers.map(\.text.utf8.count).reduce(0, +)) / 1000
  }

  /// - Returns: A temporary folder with the program, or nil if there is none.
  private func attempt(_ parsers: [ParserSource]) throws(DumpError) -> (program: String?, ChildProcess) {
    let folder = try cache.temporaryFolder()
    var sources: [String] = []
    func write(_ text: String, _ name: String) throws(DumpError) {
      sources.append("\(folder)/\(name).swift")
      guard FileManager.default.createFile(atPath: "\(folder)/\(name).swift", contents: Data(text.utf8)) else {
        throw DumpError("\(folder)/\(name).swift: cannot be written")
      }
    }
    for parser in parsers {
      try write(parser.text + Self.root(parser), parser.name)
      for (index, text) in parser.companions.enumerated() { try write(text, "\(parser.name)-\(index)") }
    }
    let roots = parsers.map { "  dumpRoot\($0.name)(),\n" }.joined()
    try write("import ParserDump\n\nDumpProgram.main([\n\(roots)])\n", "main")
    let child = try ChildProcess.run(
      library.toolchain.compiler,
      library.options + ["-Onone", "-module-name", "Parsers", "-Xlinker", "-s", "-o", "\(folder)/program"] + sources,
      seconds: seconds(parsers))
    if child.succeeded { return (folder, child) }
    cache.remove(folder)
    return (nil, child)
  }

  /// The parser that a file belongs to.
  private static func parser(of file: String) -> String { String(file.prefix { $0 != "-" }) }

  /// In the parser's file, so that an error is where it belongs.
  private static func root(_ parser: ParserSource) -> String {
    """

    func dumpRoot\(parser.name)() -> ParserDump.DumpRoot {
      ParserDump.DumpRoot("\(parser.name)") { (stream) throws(ParserRuntime.ParseError) in
        \(parser.rootType)(stream: stream, parent: nil, root: nil\(parser.rootArguments))
      }
    }

    """
  }
}
