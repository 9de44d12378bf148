public import ParserRuntime

/// Holds a description against captured traffic: decodes it as an import does, watches every field, and stores nothing.
public struct Validator {
  private let specification: any Specification.Type
  private let options: DecodingOptions
  private let progress: (ImportProgress) -> Void
  private let warn: (CaptureWarning) -> Void

  /// - Parameters:
  ///   - options: how the traffic is decoded.
  ///   - progress: called several times a second.
  ///   - warn: told what is wrong with the files.
  public init(
    of specification: any Specification.Type, options: DecodingOptions = DecodingOptions(),
    progress: @escaping (ImportProgress) -> Void = { _ in },
    warn: @escaping (CaptureWarning) -> Void = { _ in }
  ) {
    self.specification = specification
    self.options = options
    self.progress = progress
    self.warn = warn
  }

  /// - Parameter files: capture files; `-` is standard input. Each stands for itself: no connection goes on in the next.
  public func run(_ files: [String]) throws(CaptureError) -> ValidationReport {
    try options.check(specification)
    var sources: [PacketFile] = []
    for file in files { sources.append(try PacketFile(path: file, filter: nil)) }
    let info = specification.info
    let formats = specification.states.formats(0, 1)
    let watcher = TrafficWatcher(info.outline) { bytes in formats.contains { $0.canBegin(with: bytes) } }
    var decoding = DecodingCounts()
    var packets = 0
    for (file, source) in zip(files, sources) {
      watcher.begin(file)
      let (counts, count) = try read(file, source, watcher)
      decoding.skippedBytes += counts.skippedBytes
      decoding.lostBytes += counts.lostBytes
      packets += count
    }
    let (findings, totals) = watcher.finish(decoding, packets: packets)
    return ValidationReport(
      description: info.name, fingerprint: info.fingerprint,
      files: zip(files, sources).map { ValidationReport.File(path: $0, identity: $1.identity) }, totals: totals,
      findings: findings, types: uses(watcher.statistics), coverage: Coverage(watcher.statistics))
  }

  private func read(
    _ file: String, _ source: PacketFile, _ watcher: TrafficWatcher
  ) throws(CaptureError) -> (DecodingCounts, packets: Int) {
    let start = ContinuousClock.now
    var shown = start
    // Rows are made, because decoding makes them, and dropped.
    let pipeline = DecodingPipeline(
      specification, run: 1, nextIDs: .unused(for: specification.info), options: options, observer: watcher
    ) { _ in }
    var packets = 0
    while let packet = try source.next() {
      packets += 1
      pipeline.receive(packet)
      guard packets % 256 == 0, shown.duration(to: .now) > .milliseconds(200) else { continue }
      shown = .now
      progress(
        ImportProgress(
          file: file, packets: packets, position: source.position, size: source.size,
          seconds: start.duration(to: shown).inSeconds, decoding: pipeline.counts))
    }
    pipeline.finish()
    source.warnings.forEach(warn)
    return (pipeline.counts, packets)
  }

  private func uses(_ statistics: TrafficStatistics) -> [ValidationReport.TypeUse] {
    statistics.outline.types.map { outline in
      let type = statistics.type(outline.name)
      let members = outline.members.map { member in
        let seen = statistics.member(member.name, of: outline.name)
        return ValidationReport.MemberUse(
          name: member.name, type: member.type, count: seen.count, distinct: seen.distinct.count,
          minimum: seen.minimum.map { "\($0)" }, maximum: seen.maximum.map { "\($0)" },
          digest: String(seen.digest, radix: 16), samples: seen.samples)
      }
      return ValidationReport.TypeUse(name: outline.name, count: type.count, members: members)
    }
  }
}
