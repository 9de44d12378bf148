import Foundation

/// What is to be done for jobs, and in which order. It does nothing itself.
struct JobSchedule {
  /// A job that is in order.
  struct Job: Equatable, Sendable {
    var index: Int
    var id: JobID?
    var description: DescriptionFiles
    var file: String
  }

  enum Work: Equatable, Sendable {
    case generate(DescriptionFiles)
    case compile([ParserSource])
    case run(Job, program: String, parser: String)
  }

  private let cache: ParserCache
  private let processors: Int
  private let count: Int
  private var results: OrderedLines

  /// Jobs whose description is to be compiled, by description, and the descriptions in the order of the jobs.
  private var jobs: [DescriptionFiles: [Job]] = [:]
  private var descriptions: ArraySlice<DescriptionFiles> = []
  /// Jobs whose parser is to be compiled, by the parser's name.
  private var waiting: [String: [Job]] = [:]
  private var parsers: [ParserSource] = []
  private var batches: ArraySlice<[ParserSource]> = []
  /// Jobs that can be run, the first one last.
  private var ready: [(job: Job, program: String, parser: String)] = []

  /// - Parameters:
  ///   - lines: the jobs, a JSON object each.
  ///   - output: takes the results.
  ///   - processors: how many batches it is worth making of a few parsers.
  init(_ lines: [String], output: FileHandle, cache: ParserCache, processors: Int) {
    self.cache = cache
    self.processors = processors
    results = OrderedLines(output)
    count = lines.count
    for (index, line) in lines.enumerated() { add(line, index) }
  }

  private mutating func add(_ line: String, _ index: Int) {
    let read = Result { try JSONDecoder().decode(DumpJob.self, from: Data(line.utf8)) }
    guard case .success(let job) = read, let spec = job.spec, let file = job.file else {
      let id = (try? read.get())?.id
      let message = "line \(index + 1) is no job: expected {\"id\": …, \"spec\": \"FILE.ksy\", \"file\": \"FILE\"}"
      return results.put(index, JobResult.line(id, .invalid(kind: "JobError", message)))
    }
    let description = DescriptionFiles(
      spec: spec, importPath: job.importPath ?? [], opaque: job.opaque ?? [], swift: job.swift ?? [],
      parameters: job.parameters ?? [:])
    if jobs[description] == nil { descriptions.append(description) }
    jobs[description, default: []].append(Job(index: index, id: job.id, description: description, file: file))
  }

  // MARK: Work

  /// What to begin with next; nil if there is nothing, or nothing before something else has ended.
  mutating func next() -> Work? {
    // What can be run is run first: somebody may read the results.
    if let (job, program, parser) = ready.popLast() { return .run(job, program: program, parser: parser) }
    if let description = descriptions.popFirst() { return .generate(description) }
    // Batches are made when all parsers are known.
    if batches.isEmpty, !parsers.isEmpty, jobs.isEmpty {
      batches = BatchCompiler.batches(of: parsers, processors: processors)[...]
      parsers = []
    }
    return batches.popFirst().map { .compile($0) }
  }

  /// What is being done, for people.
  var progress: String {
    if !jobs.isEmpty { return "reading descriptions, \(jobs.count) to go" }
    if !batches.isEmpty || !waiting.isEmpty {
      return "compiling parsers, \(waiting.count) to go; \(results.count) of \(count) jobs done"
    }
    return "\(results.count) of \(count) jobs done"
  }

  // MARK: What was done

  /// A description was compiled, or refused.
  mutating func generated(_ description: DescriptionFiles, _ result: Result<ParserSource, JobFailure>) {
    let jobs = jobs.removeValue(forKey: description) ?? []
    switch result {
    case .failure(let failure): fail(jobs, failure)
    case .success(let source):
      if let program = cache.program(of: source.name) {
        ready.insert(contentsOf: jobs.reversed().map { ($0, program, source.name) }, at: 0)
      } else if let error = cache.error(of: source.name) {
        fail(jobs, .compileError(error))
      } else {
        if waiting[source.name] == nil { parsers.append(source) }
        waiting[source.name, default: []] += jobs
      }
    }
  }

  /// A batch was compiled, but for those of its parsers that failed.
  mutating func compiled(_ parsers: [ParserSource], _ result: Result<[String: String], DumpError>) {
    for parser in parsers {
      let jobs = waiting.removeValue(forKey: parser.name) ?? []
      switch result {
      case .failure(let error): fail(jobs, .compileError(error.description))
      case .success(let failures):
        if let program = cache.program(of: parser.name) {
          ready.insert(contentsOf: jobs.reversed().map { ($0, program, parser.name) }, at: 0)
        } else {
          fail(jobs, .compileError(failures[parser.name] ?? "there is no program"))
        }
      }
    }
  }

  /// A job was run.
  mutating func ran(_ job: Job, _ result: Result<[UInt8], JobFailure>) {
    switch result {
    case .success(let document): results.put(job.index, JobResult.line(job.id, document))
    case .failure(let failure): fail([job], failure)
    }
  }

  private mutating func fail(_ jobs: [Job], _ failure: JobFailure) {
    for job in jobs { results.put(job.index, JobResult.line(job.id, failure)) }
  }
}
