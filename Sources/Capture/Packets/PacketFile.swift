import Foundation

/// What a capture is called in messages: its path, or standard input where that is `-`.
package func captureName(_ path: String) -> String { path == "-" ? "standard input" : path }

/// A capture file, compressed or not, or standard input.
///
/// All that can be read is read: behind a damaged place the next record is looked for, and what was wrong is told by
/// `damage`. Packets of link types that cannot carry IP are counted and passed over.
final class PacketFile {
  let name: String
  /// Bytes of the file; nil for what is no regular file.
  let size: Int?
  private let path: String
  private let window: InputWindow
  private let filter: PacketFilter?
  // Changed with each packet, and never lent to anybody: nothing is gained by looking out for overlapping accesses.
  @exclusivity(unchecked) private var reader: any RecordReader
  @exclusivity(unchecked) private var linkType: LinkType?
  /// Packets read so far, those that the filter does not pass included.
  @exclusivity(unchecked) private(set) var packetCount = 0
  private(set) var damage: FileDamage?
  /// Packets of link types that are not supported.
  private(set) var unsupported: [LinkType: Int] = [:]
  /// Packets of link types that the filter makes no sense for, and why it does not.
  private(set) var unfiltered: [LinkType: (packets: Int, reason: String)] = [:]

  /// - Parameters:
  ///   - path: a file's path, or `-` for standard input.
  ///   - filter: only packets that match it are read.
  ///   - goesOn: asked several times a second while it is read, and while something is waited for that is no file on disk;
  ///     false ends it.
  convenience init(path: String, filter: PacketFilter?, goesOn: @escaping () -> Bool = { true }) throws(CaptureError) {
    let isInput = path == "-"
    let name = captureName(path)
    // Opening a pipe would wait, for ever and for no stop, until somebody opens its other end.
    let flags = O_RDONLY | O_CLOEXEC | (Self.isRegular(path) ? 0 : O_NONBLOCK)
    let descriptor = isInput ? STDIN_FILENO : open(path, flags)
    guard descriptor >= 0 else { throw CaptureError("\(name): \(String(cString: strerror(errno)))") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw CaptureError("\(name): \(String(cString: strerror(errno)))")
    }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    let file = FileInput(descriptor: descriptor, mayWait: !isRegular, goesOn: goesOn)
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw CaptureError("\(name): is a folder; name a capture file")
    }
    try self.init(
      name: name, path: path, size: isRegular ? Int(status.st_size) : nil, window: .decompressed(file), filter: filter)
  }

  /// - Parameters:
  ///   - size: bytes of the file; nil for what is no regular file.
  ///   - window: the file from its start, decompressed.
  init(name: String, path: String, size: Int?, window: InputWindow, filter: PacketFilter?) throws(CaptureError) {
    self.name = name
    self.path = path
    self.size = size
    self.window = window
    self.filter = filter
    do throws(FormatError) {
      reader = try CaptureFormat.open(window)
    } catch {
      let reason = window.failure.map { $0.hasPrefix("cannot") ? $0 : "\(error.reason); \($0)" } ?? error.reason
      throw CaptureError("\(name): \(reason)", window.wasEnded ? .stop : .other)
    }
  }

  /// The size and a hash of the file's beginning and end: the same for the same capture under any name. nil for what is
  /// no file.
  private(set) lazy var identity: String? = {
    guard let size, let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let part = 1 << 16
    var bytes = (try? file.read(upToCount: part)) ?? Data()
    if size > part, (try? file.seek(toOffset: UInt64(max(part, size - part)))) != nil {
      bytes += (try? file.readToEnd()) ?? Data()
    }
    return "\(size)-\(bytes.withUnsafeBytes(contentHash))"
  }()

  /// Whether there is a file of that name that can be read again and again, and never waits for anybody: no pipe, no device,
  /// and not `-` for standard input.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Opens a capture file that was imported once.
  /// - Returns: nil where the file is another by now.
  static func imported(_ imported: StoredRun.File, filter: PacketFilter?) throws(CaptureError) -> PacketFile? {
    let path = imported.path
    // Whatever the database says.
    guard isRegular(path) else { throw CaptureError("\(path): is no longer there") }
    let file = try PacketFile(path: path, filter: filter)
    guard let identity = imported.identity, file.identity == identity else { return nil }
    return file
  }

  /// The link type of all packets, where the file's header tells it and IP is found in it.
  var commonLinkType: LinkType? { reader.commonLinkType.flatMap { $0.isSupported ? $0 : nil } }

  /// Bytes of the file that have been read.
  var position: Int { window.position }

  /// Whether it ended because nobody wanted more of it.
  var wasEnded: Bool { window.wasEnded }

  // MARK: Packets

  /// The next packet; nil at the end of the file.
  /// - Throws: At the end, if there were packets and none of them is of a link type that is supported; before, if the
  ///   filter makes no sense for any link type so far.
  func next() throws(CaptureError) -> Packet? {
    while true {
      switch reader.next(window) {
      case .packet(let packet):
        packetCount += 1
        if packet.linkType != linkType {
          guard isSupported(packet.linkType) else { continue }
          linkType = packet.linkType
        }
        guard let filter else { return packet }
        switch try filter.verdict(on: packet) {
        case .passes: return packet
        case .fails: continue
        case .invalid(let reason): unfiltered[packet.linkType, default: (0, reason)].packets += 1
        }
      case .other: continue
      // What was to follow is not known: that it did not come in time is no damage.
      case .header where window.wasEnded, .damaged where window.wasEnded, .cutOff where window.wasEnded,
        .end where window.wasEnded:
        return nil
      case .header:
        // A joined capture that cannot be read is damage like any other.
        do throws(FormatError) { reader = try CaptureFormat.open(window) } catch { pass(error.reason) }
      case .damaged(let reason): pass(reason)
      case .cutOff:
        note(.cutOff, window.failure ?? "the file ends inside of a record")
        damage?.skippedBytes += window.passAll()
        return try end()
      case .end:
        if let reason = window.failure { note(.cutOff, reason) }
        return try end()
      }
    }
  }

  private func end() throws(CaptureError) -> Packet? {
    // Of several types the one of most packets is named, and of two that are equal that of the smaller number.
    let refused = unsupported.max { ($0.value, $1.key.number) < ($1.value, $0.key.number) }
    if linkType == nil, let refused { throw CaptureError("\(name): \(refused.key.refusal)") }
    return nil
  }

  private func isSupported(_ type: LinkType) -> Bool {
    if type.isSupported { return true }
    unsupported[type, default: 0] += 1
    return false
  }

  /// What is wrong with the file, as far as it has been read.
  var warnings: [CaptureWarning] {
    let damaged: [CaptureWarning] = damage.map { [.damage(file: name, $0)] } ?? []
    let unsupported: [CaptureWarning] = unsupported.sorted { $0.key.number < $1.key.number }.map { type, count in
      .linkType(file: name, reason: type.refusal, packets: count)
    }
    let unfiltered: [CaptureWarning] = unfiltered.sorted { $0.key.number < $1.key.number }.map { type, refused in
      .filter(
        file: name, filter: filter?.text ?? "", linkType: "\(type.name) (\(type.number))", reason: refused.reason,
        packets: refused.packets)
    }
    return damaged + unsupported + unfiltered
  }

  // MARK: Damage

  /// Passes what can be no record.
  private func pass(_ reason: String) {
    let start = window.offset
    note(.damaged, reason)
    _ = reader.search(window)
    damage?.skippedBytes += window.offset - start
  }

  private func note(_ kind: FileDamage.Kind, _ reason: String) {
    guard damage == nil else {
      damage?.places += 1
      return
    }
    damage = FileDamage(kind: kind, reason: reason, offset: window.offset, packets: packetCount)
  }
}
