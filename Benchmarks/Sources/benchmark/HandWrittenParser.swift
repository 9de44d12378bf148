import ParserRuntime

/// The messages of the live mix, parsed as one would by hand: what the generated parser is held against.
enum HandWrittenMessage {
  case keepalive([Peer])
  case publishState(StateBlock)
  case publishSend(SendBlock)
  case confirmReq([Pair])
  case confirmAck(Vote)
  case telemetryAck(Telemetry)

  struct Header {
    var network: UInt8
    var versions: (maximum: UInt8, using: UInt8, minimum: UInt8)
    var type: UInt8
    var extensions: UInt16
  }

  struct Peer {
    var address: FixedBytes<16>
    var port: UInt16
  }

  struct Pair {
    var hash: FixedBytes<32>
    var root: FixedBytes<32>
  }

  struct StateBlock {
    var account: FixedBytes<32>
    var previous: FixedBytes<32>
    var representative: FixedBytes<32>
    var balance: FixedBytes<16>
    var link: FixedBytes<32>
    var signature: FixedBytes<64>
    var work: UInt64
  }

  struct SendBlock {
    var previous: FixedBytes<32>
    var destination: FixedBytes<32>
    var balance: FixedBytes<16>
    var signature: FixedBytes<64>
    var work: UInt64
  }

  struct Vote {
    var account: FixedBytes<32>
    var signature: FixedBytes<64>
    var timestampAndDuration: UInt64
    var hashes: [FixedBytes<32>]
  }

  struct Telemetry {
    var signature: FixedBytes<64>
    var node: FixedBytes<32>
    var counts: (UInt64, UInt64, UInt64, UInt64, UInt64)
    var peers: UInt32
    var version: UInt8
    var uptime: UInt64
    var genesis: FixedBytes<32>
    var parts: (UInt8, UInt8, UInt8, UInt8, UInt8)
    var timestamp: UInt64
    var difficulty: UInt64
  }

  /// Parses the message at the front of `bytes`.
  /// - Returns: The message and its length; nil where it is none, or not whole.
  static func parse(_ bytes: UnsafeRawBufferPointer) -> (header: Header, message: HandWrittenMessage, length: Int)? {
    guard bytes.count >= 8, let start = bytes.baseAddress, bytes[0] == 0x52, [65, 66, 67, 88].contains(bytes[1]) else {
      return nil
    }
    let header = Header(
      network: bytes[1], versions: (bytes[2], bytes[3], bytes[4]), type: bytes[5],
      extensions: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self)))
    let body = start + 8
    let available = bytes.count - 8
    let items = Int(header.extensions >> 12)
    switch header.type {
    case 2 where available >= 144:
      let peers = (0..<8).map { Peer(address: FixedBytes(at: body + 18 * $0), port: little(body + 18 * $0 + 16)) }
      return (header, .keepalive(peers), 152)
    case 3 where header.extensions == 0x600 && available >= 216:
      let block = StateBlock(
        account: FixedBytes(at: body), previous: FixedBytes(at: body + 32), representative: FixedBytes(at: body + 64),
        balance: FixedBytes(at: body + 96), link: FixedBytes(at: body + 112), signature: FixedBytes(at: body + 144),
        work: big(body + 208))
      return (header, .publishState(block), 224)
    case 3 where header.extensions == 0x200 && available >= 152:
      let block = SendBlock(
        previous: FixedBytes(at: body), destination: FixedBytes(at: body + 32), balance: FixedBytes(at: body + 64),
        signature: FixedBytes(at: body + 80), work: little(body + 144))
      return (header, .publishSend(block), 160)
    case 4 where available >= 64 * items:
      let pairs = (0..<items).map {
        Pair(hash: FixedBytes(at: body + 64 * $0), root: FixedBytes(at: body + 64 * $0 + 32))
      }
      return (header, .confirmReq(pairs), 8 + 64 * items)
    case 5 where available >= 104 + 32 * items:
      let vote = Vote(
        account: FixedBytes(at: body), signature: FixedBytes(at: body + 32), timestampAndDuration: little(body + 96),
        hashes: (0..<items).map { FixedBytes(at: body + 104 + 32 * $0) })
      return (header, .confirmAck(vote), 112 + 32 * items)
    case 13 where header.extensions == 202 && available >= 202:
      let telemetry = Telemetry(
        signature: FixedBytes(at: body), node: FixedBytes(at: body + 64),
        counts: (big(body + 96), big(body + 104), big(body + 112), big(body + 120), big(body + 128)),
        peers: big(body + 136), version: big(body + 140), uptime: big(body + 141), genesis: FixedBytes(at: body + 149),
        parts: (big(body + 181), big(body + 182), big(body + 183), big(body + 184), big(body + 185)),
        timestamp: big(body + 186), difficulty: big(body + 194))
      return (header, .telemetryAck(telemetry), 210)
    default: return nil
    }
  }

  private static func little<Integer: FixedWidthInteger & BitwiseCopyable>(_ place: UnsafeRawPointer) -> Integer {
    Integer(littleEndian: place.loadUnaligned(as: Integer.self))
  }

  private static func big<Integer: FixedWidthInteger & BitwiseCopyable>(_ place: UnsafeRawPointer) -> Integer {
    Integer(bigEndian: place.loadUnaligned(as: Integer.self))
  }
}
