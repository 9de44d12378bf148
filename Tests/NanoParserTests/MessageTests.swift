import NanoParser
import ParserRuntime
import Testing

/// A Nano message of the live network.
func message(_ type: UInt8, _ extensions: UInt16, _ body: [UInt8], network: UInt8 = 0x43, version: UInt8 = 19)
  -> [UInt8]
{
  [0x52, network, version, version, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)] + body
}

func parseNano(_ bytes: [UInt8], isComplete: Bool = true) throws(ParseError) -> (Nano, ByteReader) {
  let result: Result<(Nano, ByteReader), ParseError> = bytes.withUnsafeBytes { buffer in
    var reader = ByteReader(buffer, isComplete: isComplete)
    do throws(ParseError) {
      return .success((try Nano(from: &reader), reader))
    } catch {
      return .failure(error)
    }
  }
  return try result.get()
}

@Suite struct MessageTests {
  @Test(
    arguments: [(0x1100, 1), (0x7100, 7), (0xF100, 15), (0x1101, 16), (0xF1F1, 255), (0x0111, 1), (0x0100, 0)]
      as [(UInt16, Int)])
  func `both forms of the item count`(extensions: UInt16, count: Int) throws {
    let body = [UInt8](repeating: 1, count: 104 + 32 * count)
    let (value, reader) = try parseNano(message(5, extensions, body))
    let vote = try #require(value.body?.asMsgConfirmAck)
    #expect(vote.hashes?.count == count && vote.voteCount == count && reader.position == body.count + 8)
  }

  @Test func `a vote that announces more hashes than it holds waits for them`() {
    let bytes = message(5, 0xC100, [UInt8](repeating: 1, count: 104 + 64))
    #expect {
      _ = try parseNano(bytes, isComplete: false)
    } throws: { error in
      guard case .needsMoreBytes(let count)? = (error as? ParseError)?.reason else { return false }
      return count == 8 + 104 + 12 * 32
    }
  }

  @Test func `confirm_req without pairs is an issue, confirm_ack without hashes is none`() throws {
    #expect(try parseNano(message(4, 0x0100, [])).1.issues.map(\.path) == ["item_count"])
    #expect(try parseNano(message(5, 0x0100, [UInt8](repeating: 0, count: 104))).1.issues.isEmpty)
  }

  @Test func `final votes keep their timestamp and duration bits`() throws {
    let body = [UInt8](repeating: 0, count: 96) + [UInt8](repeating: 0xFF, count: 8) + [UInt8](repeating: 0, count: 32)
    let vote = try #require(try parseNano(message(5, 0x1100, body)).0.body?.asMsgConfirmAck)
    #expect(vote.isFinal && vote.timestamp == .max && vote.duration == 15)
  }

  @Test func `handshakes of both versions, whole, half and empty`() throws {
    func handshake(_ flags: UInt16, _ size: Int) throws -> Nano.MsgNodeIdHandshake {
      let (value, reader) = try parseNano(message(10, flags, [UInt8](repeating: 7, count: size)))
      #expect(reader.position == size + 8)
      return try #require(value.body?.asMsgNodeIdHandshake)
    }
    #expect(try handshake(0, 0).query == nil)
    #expect(try handshake(1, 32).response == nil)
    #expect(try handshake(2, 96).response?.salt == nil)
    #expect(try handshake(3, 128).query != nil)
    #expect(try handshake(7, 192).response?.genesis != nil)
    #expect(try handshake(6, 160).response?.salt != nil)
  }

  @Test(arguments: [0, 202, 203, 240, 1023]) func `telemetry of any length`(size: Int) throws {
    let (value, reader) = try parseNano(message(13, UInt16(size), [UInt8](repeating: 9, count: size)))
    let data = try #require(value.body?.asMsgTelemetryAck).data
    #expect((data == nil) == (size == 0) && reader.position == size + 8)
    if size > 0 { #expect(data?.unknownData.count == size - 202 && data?.peerCount == 0x0909_0909) }
  }

  @Test func `ascending pulls: all three kinds, a list without its end, and bytes behind what is needed`() throws {
    func answer(_ kind: UInt8, _ payload: [UInt8]) throws -> Nano.MsgAscPullAck {
      let body = [kind] + [0, 0, 0, 0, 0, 0, 1, 2] + payload
      return try #require(try parseNano(message(15, UInt16(payload.count), body)).0.body?.asMsgAscPullAck)
    }
    let block: [UInt8] = [3] + [UInt8](repeating: 1, count: 136)
    #expect(try answer(1, block + block + [1]).payload.asAscPullAckBlocks?.blocks?.count == 3)
    #expect(try answer(1, block + block).payload.asAscPullAckBlocks?.blocks?.count == 2)
    #expect(try answer(1, block + [1] + [9, 9, 9]).payload.asAscPullAckBlocks?.blocks?.count == 2)
    #expect(
      try answer(2, [UInt8](repeating: 1, count: 150)).payload.asAscPullAccountInfo?.blockCount
        == 0x0101_0101_0101_0101)
    #expect(try answer(3, [UInt8](repeating: 1, count: 128)).payload.asAscPullAckFrontiers?.frontiers?.count == 2)
    #expect(try answer(1, []).requestId == 0x0102)
  }

  @Test(arguments: [(0x03, 0x0100), (0x03, 0x0700), (0x05, 0x0000), (0x04, 0x0F00)] as [(UInt8, UInt16)])
  func `a block type that has no block ends the message`(type: UInt8, extensions: UInt16) {
    #expect(throws: ParseError.self) { try parseNano(message(type, extensions, [UInt8](repeating: 0, count: 400))) }
  }

  @Test func `an unknown message type ends the message, an unknown network is an issue`() throws {
    #expect(throws: ParseError.self) { try parseNano(message(9, 0, [])) }
    #expect(try parseNano(message(12, 0, [], network: 0x5A)).1.issues.map(\.path) == ["network_id"])
  }

  @Test func `a message can begin only with R, a network and a type`() {
    func canBegin(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { NanoSpecification.canBegin(with: $0) } }
    #expect(canBegin(message(12, 0, [])) && canBegin([0x52]))
    #expect(!canBegin(message(9, 0, [])) && !canBegin(message(12, 0, [], network: 1)) && !canBegin([0x51]))
  }

  @Test func `no bytes crash the parser`() {
    let heads = (2...17).map { message(UInt8($0), 0, []) }
    for round in 0..<20_000 {
      var bytes = heads[round % heads.count] + (0..<Int.random(in: 0...600)).map { _ in UInt8.random(in: 0...7) }
      bytes[6] = .random(in: 0...255)
      bytes[7] = .random(in: 0...255)
      _ = try? parseNano(bytes, isComplete: round % 2 == 0)
    }
  }
}
