import ParserRuntime

/// What stands at a place of a capture file.
enum Record {
  case packet(Packet)
  /// Something that is no packet, and has been passed.
  case other
  /// The header of another capture: files are joined that way. Nothing has been passed.
  case header
  /// No record can stand here, for this reason. Nothing has been passed.
  case damaged(String)
  /// A record that goes on behind the end of the file. Nothing has been passed.
  case cutOff
  case end
}

/// Reads the records of a capture file of one format, one after another.
protocol RecordReader {
  /// Reads the record that begins the window. A packet's bytes are valid until the next call.
  mutating func next(_ window: InputWindow) -> Record

  /// The link type of all packets; nil where each has its own.
  var commonLinkType: LinkType? { get }

  /// Whether a record can begin at a place of the window, as far as can be told: used to find the way back into a
  /// damaged file, so it is strict.
  func isPlausible(_ window: InputWindow, at place: Int) -> Bool
}

extension RecordReader {
  var commonLinkType: LinkType? { nil }

  /// Bytes that a search keeps in the window at the most before it passes them.
  private static var searchedBytes: Int { 1 << 20 }

  /// Passes bytes up to the next place where a record, or another capture, can begin.
  /// - Returns: Whether there is such a place; if not all is passed.
  func search(_ window: InputWindow) -> Bool {
    var place = 1
    while window.has(place + CaptureFormat.shortestRecord) {
      if isPlausible(window, at: place) || CaptureFormat.begins(window, at: place) {
        window.pass(place)
        return true
      }
      place += 1
      if place > Self.searchedBytes {
        window.pass(place)
        place = 0
      }
    }
    window.pass(window.bytes.count)
    return false
  }
}

/// The formats of capture files.
enum CaptureFormat {
  /// Bytes of the shortest record of any format: a pcapng block without content.
  static let shortestRecord = 12
  /// No packet is longer; libpcap has the same limit for its longest link type.
  static let maximumLength = 128 << 20
  /// The longest packet of nearly all captures: libpcap's greatest snapshot length. What is longer is believed only if
  /// all else is in order.
  static let usualLength = 262_144

  /// Whether a capture begins at a place of the window.
  static func begins(_ window: InputWindow, at place: Int = 0) -> Bool {
    guard window.has(place + 4) else { return false }
    let magic = window.bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
    if magic == PcapngReader.sectionHeader { return PcapngReader.begins(window, at: place) }
    return PcapReader.isMagic(magic) && PcapReader.begins(window, at: place)
  }

  /// The reader for the capture that begins the window, whose header it passes.
  /// - Throws: A reason that completes "the file …".
  static func open(_ window: InputWindow) throws(FormatError) -> any RecordReader {
    guard window.has(4) else { throw window.bytes.isEmpty ? .empty : .cutOff }
    let magic = window.bytes.loadUnaligned(as: UInt32.self)
    if magic == PcapngReader.sectionHeader { return PcapngReader() }
    guard PcapReader.isMagic(magic) else { throw .unknown(Array(window.bytes.prefix(4))) }
    guard window.has(PcapReader.fileHeaderLength) else { throw .cutOff }
    return try PcapReader(window)
  }
}

/// Why a file is no capture that can be read.
enum FormatError: Error {
  case empty
  case cutOff
  case version(Int)
  /// The first bytes, which are those of no format known here.
  case unknown([UInt8])

  /// Completes a sentence that begins with the file's name.
  var reason: String {
    switch self {
    case .empty: "is empty"
    case .cutOff: "is cut off within its header: it has no packet"
    case .version(let major): "is a capture of the unknown version \(major)"
    case .unknown(let bytes):
      "is neither pcap nor pcapng (\(Self.guess(bytes)))"
    }
  }

  private static func guess(_ bytes: [UInt8]) -> String {
    let known: [(String, [UInt8])] = [
      ("a snoop capture", Array("snoo".utf8)), ("a capture of Microsoft's Network Monitor", Array("GMBU".utf8)),
      ("a capture of an old Network Monitor", Array("RTSS".utf8)), ("a SQLite database", Array("SQLi".utf8)),
      ("a zip archive", [0x50, 0x4B, 3, 4]), ("bzip2 data", Array("BZh".utf8)),
    ]
    if let (name, _) = known.first(where: { bytes.starts(with: $0.1) }) {
      let isCapture = name.contains("capture")
      return isCapture ? "it seems to be \(name); 'editcap -F pcapng' converts it" : "it seems to be \(name)"
    }
    return "it begins with the bytes " + bytes.map { withUnsafeBytes(of: $0) { hexText($0) } }.joined(separator: " ")
  }
}
