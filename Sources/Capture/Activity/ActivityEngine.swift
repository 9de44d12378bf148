import ParserRuntime

/// What happens while a database's owner is at work.
public enum ActivityEvent: Sendable {
  /// Something happened during a capture.
  case capture(CaptureEvent)
  /// A capture has ended.
  case captured(CaptureProgress)
  /// An import has come so far; several times a second.
  case importing(ImportProgress)
  /// An import has ended: what became of each file.
  case imported([ImportSummary])
  /// What was started for somebody has failed when nobody waited any more.
  case failed(CaptureError)
}

/// Captures and imports, whatever the protocol.
protocol ActivityEngine: Sendable {
  func capture(
    into store: any CaptureStore, _ options: LiveOptions, report: @escaping (CaptureEvent) -> Void,
    control: () -> CaptureControl
  ) throws(CaptureError) -> CaptureProgress

  func importFiles(
    _ request: ImportRequest, into store: any CaptureStore, _ options: DecodingOptions,
    progress: @escaping (ImportProgress) -> Bool
  ) throws(CaptureError) -> [ImportSummary]
}

struct Engine: ActivityEngine {
  let specification: any Specification.Type

  func capture(
    into store: any CaptureStore, _ options: LiveOptions, report: @escaping (CaptureEvent) -> Void,
    control: () -> CaptureControl
  ) throws(CaptureError) -> CaptureProgress {
    try LiveCapture(into: store, as: specification, options: options, report: report).run(control)
  }

  func importFiles(
    _ request: ImportRequest, into store: any CaptureStore, _ options: DecodingOptions,
    progress: @escaping (ImportProgress) -> Bool
  ) throws(CaptureError) -> [ImportSummary] {
    try Importer(
      into: store, as: specification, filter: request.filter, options: options, isShared: true, progress: progress
    ).run(request.files, again: request.isAgain)
  }
}
