/// Reads the records of a pcap file (draft-ietf-opsawg-pcap).
struct PcapReader: RecordReader {
  static let fileHeaderLength = 24
  /// Seconds by which the times of records next to each other differ at the most, where it must be found out whether
  /// there is a record at all.
  private static let plausibleDistance: Int64 = 7 * 86_400
  /// Records that must be in order behind a place for it to be one of a record.
  private static let plausibleRecords = 3

  private let isSwapped: Bool
  /// Parts of a second that times count, and how many ns one is.
  private let resolution: UInt32
  private let tick: Int64
  private let linkType: LinkType
  /// Bytes before a packet's own: 16, or 24 in the files of a patched libpcap of the nineties.
  private let headerLength: Int
  private let snapshotLength: Int
  private var lastSeconds: UInt32?

  var commonLinkType: LinkType? { linkType }

  /// The first four bytes of a pcap file as an integer of this machine, whatever its byte order.
  static func isMagic(_ value: UInt32) -> Bool {
    switch value {
    case 0xA1B2_C3D4, 0xD4C3_B2A1, 0xA1B2_3C4D, 0x4D3C_B2A1, 0xA1B2_CD34, 0x34CD_B2A1: true
    default: false
    }
  }

  /// Whether a file header stands at a place where its first four bytes do.
  static func begins(_ window: InputWindow, at place: Int) -> Bool {
    guard window.has(place + fileHeaderLength) else { return false }
    let version = window.bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt16.self)
    return version == 2 || version == 0x0200
  }

  /// Passes the file header that begins the window.
  init(_ window: InputWindow) throws(FormatError) {
    let bytes = window.bytes
    let magic = bytes.loadUnaligned(as: UInt32.self)
    isSwapped = [0xD4C3_B2A1, 0x4D3C_B2A1, 0x34CD_B2A1].contains(magic)
    let isSwapped = isSwapped
    let own = isSwapped ? magic.byteSwapped : magic
    func number(_ offset: Int) -> UInt32 {
      let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return isSwapped ? value.byteSwapped : value
    }
    let isNanoseconds = own == 0xA1B2_3C4D
    (resolution, tick) = isNanoseconds ? (1_000_000_000, 1) : (1_000_000, 1000)
    headerLength = own == 0xA1B2_CD34 ? 24 : 16
    let versions = bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
    let major = isSwapped ? versions.byteSwapped : versions
    guard major == 2 else { throw .version(Int(major)) }
    snapshotLength = Int(number(16))
    // The upper bits tell the length of a frame check sequence.
    linkType = LinkType(number: UInt16(truncatingIfNeeded: number(20)))
    window.pass(Self.fileHeaderLength)
  }

  /// The header of a record.
  private struct Header {
    var seconds: UInt32
    var fraction: UInt32
    var captured: Int
    var length: Int
  }

  @inline(__always)
  private func header(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Header {
    @inline(__always) func number(_ offset: Int) -> UInt32 {
      let value = bytes.loadUnaligned(fromByteOffset: place + offset, as: UInt32.self)
      return isSwapped ? value.byteSwapped : value
    }
    return Header(seconds: number(0), fraction: number(4), captured: Int(number(8)), length: Int(number(12)))
  }

  mutating func next(_ window: InputWindow) -> Record {
    guard window.has(headerLength) else { return window.bytes.isEmpty ? .end : .cutOff }
    let header = header(window.bytes, at: 0)
    if Self.isMagic(header.seconds), CaptureFormat.begins(window) { return .header }
    if window.bytes.loadUnaligned(as: UInt32.self) == PcapngReader.sectionHeader, CaptureFormat.begins(window) {
      return .header
    }
    let isSound = header.fraction < resolution && isNear(header.seconds, to: lastSeconds)
    // A file that was being written when the power failed may have zeros in place of what was not on the disk yet.
    guard isSound || header.captured > 0 else {
      return .damaged("a packet without bytes has a time that cannot be")
    }
    if header.captured > CaptureFormat.usualLength {
      // A record that claims much is believed if all else is in order: then the file is cut off inside of it.
      guard isSound, header.captured <= header.length else {
        return .damaged("a packet of \(header.captured) bytes cannot be")
      }
      guard header.captured <= CaptureFormat.maximumLength else { return .cutOff }
    }
    let end = headerLength + header.captured
    guard window.has(end) else {
      return isSound ? .cutOff : .damaged("a packet with a time that cannot be goes on behind the end of the file")
    }
    // A packet that is there does not wait for the next.
    if window.hasAlready(end + headerLength) {
      let next = self.header(window.bytes, at: end)
      if !isSound, next.captured > CaptureFormat.usualLength {
        return .damaged("neither a packet's time nor what follows it can be")
      }
      if !isPlausible(next, behind: header.seconds), let place = captureInside(window, end) {
        return .damaged("another capture begins inside of a packet, \(place) bytes behind its start")
      }
    }
    lastSeconds = header.seconds
    let bytes = UnsafeRawBufferPointer(rebasing: window.bytes[headerLength..<end])
    let time = Int64(header.seconds) * 1_000_000_000 + Int64(header.fraction) * tick
    window.pass(end)
    return .packet(
      Packet(linkType: linkType, time: time, bytes: bytes, wireLength: max(header.length, header.captured)))
  }

  // MARK: Damage

  /// Whether a time can be that of the record behind one of another time; nil where no record is known.
  private func isNear(_ seconds: UInt32, to former: UInt32?) -> Bool {
    former.map { abs(Int64(seconds) - Int64($0)) <= Self.plausibleDistance } ?? (seconds > 0)
  }

  private func isPlausible(_ header: Header, behind seconds: UInt32?) -> Bool {
    return isNear(header.seconds, to: seconds) && header.captured > 0 && header.captured <= CaptureFormat.usualLength
      && header.captured <= header.length && header.length <= CaptureFormat.maximumLength
      && header.fraction < resolution
  }

  /// The place of another capture's header inside of a record: then the record is cut off, and files were joined.
  private func captureInside(_ window: InputWindow, _ end: Int) -> Int? {
    (1..<end).first { CaptureFormat.begins(window, at: $0) }
  }

  func isPlausible(_ window: InputWindow, at place: Int) -> Bool {
    var place = place
    var seconds = lastSeconds
    for _ in 0..<Self.plausibleRecords {
      guard window.has(place + headerLength) else { return window.bytes.count == place }
      let header = header(window.bytes, at: place)
      guard isPlausible(header, behind: seconds) else { return false }
      seconds = header.seconds
      place += headerLength + header.captured
      // A file that is damaged here may be cut off there.
      guard window.has(place) else { return false }
    }
    return true
  }
}
