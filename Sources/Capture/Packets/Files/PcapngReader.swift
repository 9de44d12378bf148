/// Reads the blocks of a pcapng file (draft-ietf-opsawg-pcapng): sections of either byte order, each with interfaces of
/// their own link types and time units. Blocks that hold no packet are passed.
struct PcapngReader: RecordReader {
  /// The type of a section header, which reads the same in both byte orders.
  static let sectionHeader: UInt32 = 0x0A0D_0D0A
  private static let byteOrderMagic: UInt32 = 0x1A2B_3C4D
  /// Bytes of a block that holds no packet, at the most; what claims more is damaged.
  private static let maximumLength = 64 << 20
  /// The same for a block that has to be found again.
  private static let plausibleLength = 1 << 20

  private enum BlockType {
    static let interface: UInt32 = 1
    /// The obsolete packet block.
    static let packet: UInt32 = 2
    static let simplePacket: UInt32 = 3
    static let nameResolution: UInt32 = 4
    static let interfaceStatistics: UInt32 = 5
    static let enhancedPacket: UInt32 = 6
    static let decryptionSecrets: UInt32 = 10
    static let custom: [UInt32] = [0x0000_0BAD, 0x4000_0BAD]

    static func isKnown(_ type: UInt32) -> Bool {
      (1...10).contains(type) || type == sectionHeader || custom.contains(type)
    }
  }

  private struct Interface {
    var linkType: LinkType
    /// 0 for no limit.
    var snapshotLength = 0
    var unit = TimeUnit.decimal(6)
    /// Seconds to be added to each time.
    var offset: Int64 = 0
  }

  private var isSwapped = false
  private var interfaces: [Interface] = []
  private var lastTime: Int64 = 0

  /// Whether a section header stands at a place where its first four bytes do.
  static func begins(_ window: InputWindow, at place: Int) -> Bool {
    guard window.has(place + 12) else { return false }
    let magic = window.bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self)
    return magic == byteOrderMagic || magic.byteSwapped == byteOrderMagic
  }

  // MARK: Numbers

  @inline(__always)
  private func number32(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return isSwapped ? value.byteSwapped : value
  }

  @inline(__always)
  private func number16(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt16 {
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    return isSwapped ? value.byteSwapped : value
  }

  // MARK: Blocks

  mutating func next(_ window: InputWindow) -> Record {
    guard window.has(12) else { return window.bytes.isEmpty ? .end : .cutOff }
    let first = window.bytes.loadUnaligned(as: UInt32.self)
    if first == Self.sectionHeader {
      guard Self.begins(window, at: 0) else { return .damaged("a section header without a byte order") }
      isSwapped = window.bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self) != Self.byteOrderMagic
    } else if PcapReader.isMagic(first), CaptureFormat.begins(window) {
      return .header
    }
    let type = number32(window.bytes, 0)
    let length = Int(number32(window.bytes, 4))
    let isPacket = [BlockType.enhancedPacket, BlockType.packet, BlockType.simplePacket].contains(type)
    guard length >= 12, length % 4 == 0,
      isPacket || BlockType.isKnown(type) || length <= Self.maximumLength
    else { return .damaged("a block of type \(type) and \(length) bytes cannot be") }
    guard length <= (isPacket ? CaptureFormat.maximumLength : Self.maximumLength), window.has(length) else {
      return BlockType.isKnown(type) ? .cutOff : .damaged("a block of the unknown type \(type) goes on behind the end")
    }
    guard Int(number32(window.bytes, length - 4)) == length else {
      return .damaged("a block whose two lengths differ")
    }
    return read(type, UnsafeRawBufferPointer(rebasing: window.bytes[8..<length - 4]), window, length)
  }

  /// - Parameter body: the block between its two lengths.
  @inline(__always)
  private mutating func read(
    _ type: UInt32, _ body: UnsafeRawBufferPointer, _ window: InputWindow, _ length: Int
  ) -> Record {
    switch type {
    case BlockType.enhancedPacket where body.count >= 20, BlockType.packet where body.count >= 20:
      // The obsolete block has 16 bits of it, and a counter behind them.
      let interface = type == BlockType.packet ? Int(number16(body, 0)) : Int(number32(body, 0))
      guard interface < interfaces.count else { return .damaged("a packet of an interface that is not described") }
      return packet(
        interfaces[interface], body, at: 20, captured: Int(number32(body, 12)), length: Int(number32(body, 16)),
        ticks: UInt64(number32(body, 4)) << 32 | UInt64(number32(body, 8)), window, length)
    case BlockType.simplePacket where body.count >= 4:
      guard let interface = interfaces.first else { return .damaged("a packet of an interface that is not described") }
      let wire = Int(number32(body, 0))
      let limit = interface.snapshotLength > 0 ? interface.snapshotLength : .max
      return packet(
        interface, body, at: 4, captured: min(wire, limit, body.count - 4), length: wire, ticks: nil, window, length)
    case BlockType.enhancedPacket, BlockType.packet, BlockType.simplePacket:
      return .damaged("a packet block of \(length) bytes is too short")
    case Self.sectionHeader:
      guard body.count >= 16, number16(body, 4) == 1 else { return .damaged("a section of an unknown version") }
      interfaces = []
    case BlockType.interface:
      guard body.count >= 8 else { return .damaged("a description of an interface is too short") }
      interfaces.append(interface(body))
    default: break
    }
    window.pass(length)
    return .other
  }

  /// - Parameters:
  ///   - place: of the packet's bytes in the block.
  ///   - ticks: the time in the interface's unit; nil in a block that has none, which gets that of the packet before.
  @inline(__always)
  private mutating func packet(
    _ interface: Interface, _ body: UnsafeRawBufferPointer, at place: Int, captured: Int, length: Int,
    ticks: UInt64?, _ window: InputWindow, _ blockLength: Int
  ) -> Record {
    guard captured <= body.count - place else { return .damaged("a packet is longer than its block") }
    if let ticks { lastTime = interface.unit.nanoseconds(ticks, offset: interface.offset) }
    window.pass(blockLength)
    return .packet(
      Packet(
        linkType: interface.linkType, time: lastTime,
        bytes: UnsafeRawBufferPointer(rebasing: body[place..<place + captured]), wireLength: max(length, captured)))
  }

  private func interface(_ body: UnsafeRawBufferPointer) -> Interface {
    var interface = Interface(linkType: LinkType(number: number16(body, 0)))
    interface.snapshotLength = Int(number32(body, 4))
    var place = 8
    while place + 4 <= body.count {
      let (code, length) = (number16(body, place), Int(number16(body, place + 2)))
      let value = place + 4
      guard code != 0, value + length <= body.count else { break }
      switch (code, length) {
      case (9, 1): interface.unit = TimeUnit(body[value])
      case (14, 8):
        let (low, high) = isSwapped ? (value + 4, value) : (value, value + 4)
        interface.offset = Int64(bitPattern: UInt64(number32(body, high)) << 32 | UInt64(number32(body, low)))
      default: break
      }
      place = value + (length + 3) / 4 * 4
    }
    return interface
  }

  // MARK: Damage

  func isPlausible(_ window: InputWindow, at place: Int) -> Bool {
    guard window.has(place + 12) else { return false }
    let type = number32(window.bytes, place)
    let length = Int(number32(window.bytes, place + 4))
    guard BlockType.isKnown(type), length >= 12, length % 4 == 0, length <= Self.plausibleLength,
      window.has(place + length)
    else { return false }
    return Int(number32(window.bytes, place + length - 4)) == length
  }
}

/// What the times of an interface count.
enum TimeUnit: Equatable {
  /// A second divided by a power of ten, or of two.
  case decimal(UInt8)
  case binary(UInt8)

  /// - Parameter option: the option `if_tsresol`.
  init(_ option: UInt8) { self = option & 0x80 == 0 ? .decimal(option) : .binary(option & 0x7F) }

  /// Nanoseconds since 1970; a time that an `Int64` cannot hold (after the year 2262, or before 1970) becomes the nearest that it can.
  /// - Parameter offset: seconds to be added.
  func nanoseconds(_ ticks: UInt64, offset: Int64) -> Int64 {
    let second: UInt64 = 1_000_000_000
    var (seconds, rest): (UInt64, UInt64)
    switch self {
    case .decimal(let digits) where digits <= 9:
      let unit = Self.power(digits)
      (seconds, rest) = (ticks / unit, ticks % unit * (second / unit))
    case .decimal(let digits) where digits <= 19:
      let unit = Self.power(digits)
      (seconds, rest) = (ticks / unit, ticks % unit / (unit / second))
    case .binary(let bits) where bits < 64:
      seconds = ticks >> UInt64(bits)
      let part = (ticks & ((1 << UInt64(bits)) - 1)).multipliedFullWidth(by: second)
      rest = bits == 0 ? 0 : part.high << UInt64(64 - bits) | part.low >> UInt64(bits)
    // A unit so small that 64 bits of it are less than a second.
    default: (seconds, rest) = (0, 0)
    }
    let (total, isOver) = Int64(clamping: seconds).addingReportingOverflow(offset)
    guard !isOver else { return offset < 0 ? 0 : .max }
    guard total >= 0 else { return 0 }
    let (product, isLate) = total.multipliedReportingOverflow(by: Int64(second))
    let (sum, isLater) = product.addingReportingOverflow(Int64(clamping: rest))
    return isLate || isLater ? .max : sum
  }

  /// Powers of ten that 64 bits can hold.
  private static let powers: [UInt64] = (0...19).map { digits in (0..<digits).reduce(1) { power, _ in power * 10 } }

  private static func power(_ digits: UInt8) -> UInt64 { powers[Int(digits)] }
}
