import Foundation

/// Works off jobs: all their parsers are generated, those that the cache does not have compiled in batches, and each job
/// is run as soon as its parser is there.
struct DumpRun: Sendable {
  let compiler: BatchCompiler
  let runner: JobRunner
  /// How many processes there are at once.
  var processors = max(1, ProcessInfo.processInfo.activeProcessorCount)
  /// Makes the code of a parser.
  let generate: @Sendable (DescriptionFiles) throws(JobFailure) -> ParserSource

  /// What ended.
  private enum Event: Sendable {
    case generated(DescriptionFiles, Result<ParserSource, JobFailure>)
    case compiled([ParserSource], Result<[String: String], DumpError>)
    case ran(JobSchedule.Job, Result<[UInt8], JobFailure>)
  }

  /// - Parameters:
  ///   - lines: the jobs, a JSON object each.
  ///   - output: takes the results in the order of the jobs, each as soon as it and those before it are there.
  ///   - tell: says what is waited for.
  func run(_ lines: [String], _ output: FileHandle, tell: (String) -> Void) async {
    var schedule = JobSchedule(lines, output: output, cache: compiler.library.cache, processors: processors)
    await withTaskGroup(of: Event.self) { group in
      var running = 0
      while true {
        while running < processors, let work = schedule.next() {
          group.addTask { await onThread { perform(work) } }
          running += 1
        }
        tell(schedule.progress)
        guard let event = await group.next() else { break }
        running -= 1
        switch event {
        case .generated(let description, let source): schedule.generated(description, source)
        case .compiled(let parsers, let failures): schedule.compiled(parsers, failures)
        case .ran(let job, let result): schedule.ran(job, result)
        }
      }
    }
  }

  private func perform(_ work: JobSchedule.Work) -> Event {
    switch work {
    case .generate(let description):
      .generated(description, Result { () throws(JobFailure) in try generate(description) })
    case .compile(let parsers):
      .compiled(parsers, Result { () throws(DumpError) in try compiler.compile(parsers) })
    case .run(let job, let program, let parser):
      .ran(
        job,
        Result { () throws(JobFailure) in
          try runner.run(program, parser, file: job.file, format: "result").output
        })
    }
  }
}

/// Does on a thread of its own what waits for a process: tasks share a few threads, which are not to be kept waiting.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
