import Foundation

/// Which capture files an import reads, and in which order.
struct ImportPlan {
  /// A file that is to be read.
  struct Source {
    var path: String
    /// Time of the first packet, in ns since 1970; nil where there is none, or where it cannot be known before the
    /// import: what is no regular file can be read only once.
    var firstTime: Int64?
    /// Of the first packet, if it is known.
    var linkType: LinkType?
    var identity: String?
    /// What can be read only once stays open.
    var opened: PacketFile?
  }

  private(set) var sources: [Source] = []

  /// Looks at all files before anything is written: a wrong name must not leave half of an import.
  /// - Parameters:
  ///   - names: files, folders (all captures in them), patterns, and `-` for standard input.
  ///   - filter: must make sense for what one of the files holds.
  ///   - goesOn: asked as in `PacketFile`, with the path of what is being looked at.
  init(_ names: [String], filter: PacketFilter?, goesOn: @escaping (String) -> Bool) throws(CaptureError) {
    for path in try Self.paths(names) { sources.append(try Self.look(path, filter, goesOn)) }
    try filter?.check(sources.compactMap(\.linkType))
    let order = sources.enumerated().sorted { Self.isBefore($0.element, $1.element, $0.offset < $1.offset) }
    sources = order.map(\.element)
  }

  private static func look(
    _ path: String, _ filter: PacketFilter?, _ goesOn: @escaping (String) -> Bool
  ) throws(CaptureError) -> Source {
    guard PacketFile.isRegular(path) else {
      let file = try PacketFile(path: path, filter: filter) { goesOn(path) }
      return Source(path: path, linkType: file.commonLinkType, opened: file)
    }
    let file = try PacketFile(path: path, filter: nil) { goesOn(path) }
    let packet = try file.next()
    guard !file.wasEnded else { throw .stoppedAtOpening }
    return Source(path: path, firstTime: packet?.time, linkType: packet?.linkType, identity: file.identity)
  }

  // MARK: Names

  private static func paths(_ names: [String]) throws(CaptureError) -> [String] {
    var paths: [String] = []
    for name in names {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: name, isDirectory: &isFolder)
      if exists, isFolder.boolValue {
        paths += try captures(in: name)
      } else if !exists, name.contains(where: { "*?[".contains($0) }) {
        paths += try matches(name)
      } else {
        paths.append(name)
      }
    }
    return paths
  }

  /// The captures in a folder; other files, and folders in it, are passed over.
  private static func captures(in folder: String) throws(CaptureError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw CaptureError("\(folder): the folder cannot be read")
    }
    let paths = names.filter { !$0.hasPrefix(".") }.map { URL(filePath: folder).appending(path: $0).path }
    let found = paths.filter { path in
      guard PacketFile.isRegular(path) else { return false }
      do throws(CaptureError) { _ = try PacketFile(path: path, filter: nil) } catch { return false }
      return true
    }
    guard !found.isEmpty else { throw CaptureError("\(folder): no file in this folder is a capture") }
    return found.sorted(by: isNamedBefore)
  }

  private static func matches(_ pattern: String) throws(CaptureError) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0, let names = found.gl_pathv else {
      throw CaptureError("\(pattern): no file matches this pattern")
    }
    return (0..<Int(found.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }.sorted(by: isNamedBefore)
  }

  // MARK: Order

  /// By the time of the first packet; where that is the same, as those who rotate captures number their files. What
  /// can be read only once comes last.
  private static func isBefore(_ left: Source, _ right: Source, _ isGivenBefore: Bool) -> Bool {
    if (left.opened == nil) != (right.opened == nil) { return left.opened == nil }
    let (first, second) = (left.firstTime ?? .max, right.firstTime ?? .max)
    if first != second { return first < second }
    guard left.opened == nil, left.path != right.path else { return isGivenBefore }
    return isNamedBefore(left.path, right.path)
  }

  /// `name.pcap` before `name-1.pcap`, and 9 before 10.
  private static func isNamedBefore(_ left: String, _ right: String) -> Bool {
    func parts(_ path: String) -> (folder: String, stem: String) {
      let url = URL(filePath: path)
      return (url.deletingLastPathComponent().path, url.deletingPathExtension().lastPathComponent)
    }
    let (first, second) = (parts(left), parts(right))
    if first.folder == second.folder, first.stem != second.stem {
      if second.stem.hasPrefix(first.stem) || first.stem.hasPrefix(second.stem) {
        return first.stem.count < second.stem.count
      }
      return first.stem.compare(second.stem, options: .numeric) == .orderedAscending
    }
    return left.compare(right, options: .numeric) == .orderedAscending
  }
}
