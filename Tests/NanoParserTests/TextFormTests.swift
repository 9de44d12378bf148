import NanoParser
import ParserRuntime
import Testing

func bytes(_ hex: String) -> [UInt8] {
  let digits = Array(hex)
  return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
}

@Suite struct AccountTests {
  static let known = [
    // The genesis account of the live network, and a pair from the protocol's documentation.
    (
      "E89208DD038FBB269987689621D52292AE9C35941A7484756ECCED92A65093BA",
      "nano_3t6k35gi95xu6tergt6p69ck76ogmitsa8mnijtpxm9fkcm736xtoncuohr3"
    ),
    (String(repeating: "0", count: 64), "nano_1111111111111111111111111111111111111111111111111111hifc8npp"),
  ]

  @Test(arguments: known) func `keys have the text that nodes print, and back`(key: String, text: String) throws {
    let key = try #require(FixedBytes<32>(bytes(key)))
    #expect(NanoAccount.text(key) == text)
    #expect(NanoAccount.key(text) == key)
    #expect(NanoAccount.nodeText(key) == "node" + text.dropFirst(4))
    #expect(NanoAccount.key("xrb" + text.dropFirst(4)) == key)
  }

  @Test func `every key survives the way to text and back`() throws {
    for _ in 0..<500 {
      let key = try #require(FixedBytes<32>((0..<32).map { _ in UInt8.random(in: 0...255) }))
      #expect(NanoAccount.key(NanoAccount.text(key)) == key)
    }
  }

  @Test func `a wrong character, checksum, length or prefix is no account`() {
    let good = Self.known[0].1
    #expect(NanoAccount.key(good.replacing("3t6k", with: "3t6m")) == nil)
    #expect(NanoAccount.key(String(good.dropLast())) == nil)
    #expect(NanoAccount.key(good + "1") == nil)
    #expect(NanoAccount.key("bano" + good.dropFirst(4)) == nil)
    // The first digit has one bit of the key, and nothing else.
    for digit in "4567" { #expect(NanoAccount.key(good.replacing("_3", with: "_\(digit)")) == nil) }
    #expect(NanoAccount.key("") == nil)
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    split(separator: part, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: other)
  }
}

@Suite struct AmountTests {
  @Test func `raw and nano`() throws {
    let field = try #require(FixedBytes<16>(bytes("0000007E37BE2022C0914B2680000000")))
    #expect(NanoAmount.raw(field) == 10 * NanoAmount.rawPerNano)
    #expect(decimalText(field) == "10000000000000000000000000000000")
    #expect(NanoAmount.nanoText(NanoAmount.raw(field)) == "10")
    #expect(NanoAmount.nanoText(NanoAmount.rawPerNano / 100) == "0.01")
    #expect(NanoAmount.nanoText(0) == "0" && NanoAmount.nanoText(3 * NanoAmount.rawPerNano) == "3")
    #expect(NanoAmount.nanoText(1) == "0.000000000000000000000000000001")
    #expect(
      decimalText(try #require(FixedBytes<16>(bytes(String(repeating: "F", count: 32)))))
        == "340282366920938463463374607431768211455")
  }
}

@Suite struct BlockHashTests {
  private func parse<Value>(_ hex: String, _ body: (inout ByteReader) throws -> Value) throws -> Value {
    try bytes(hex).withUnsafeBytes { buffer in
      var reader = ByteReader(buffer, isComplete: true)
      return try body(&reader)
    }
  }

  @Test func `the live network's genesis block`() throws {
    let genesis =
      "E89208DD038FBB269987689621D52292AE9C35941A7484756ECCED92A65093BA"
      + "E89208DD038FBB269987689621D52292AE9C35941A7484756ECCED92A65093BA"
      + "E89208DD038FBB269987689621D52292AE9C35941A7484756ECCED92A65093BA"
      + String(repeating: "0", count: 128) + "62F05417DD3FB691"
    let block = try parse(genesis) { try Nano.BlockOpen(from: &$0) }
    #expect(block.blockHash.description == "991CF190094C00F0B68E2E5F75F6BEE95A2E0BD93CEAA4A6734DB9F19B728948")
  }

  @Test func `a state block is hashed behind its preamble, its work is big-endian`() throws {
    let fields = (0..<5).map { String(repeating: "0\($0 + 1)", count: $0 == 3 ? 16 : 32) }.joined()
    let block = try parse(fields + String(repeating: "AA", count: 64) + "0000000000000102") {
      try Nano.BlockState(from: &$0)
    }
    #expect(block.work == 0x0102)
    #expect(block.blockHash.description == "05017607B1376AA5D8FA0EB5FA16B7F77506DCE2BBF3438C8AE59E1F22C33C27")
  }

  @Test func `legacy blocks are hashed over their fields, their work is little-endian`() throws {
    let end = String(repeating: "AA", count: 64) + "0201000000000000"
    let (one, two) = (String(repeating: "01", count: 32), String(repeating: "02", count: 32))
    let send = try parse(one + two + String(repeating: "03", count: 16) + end) { try Nano.BlockSend(from: &$0) }
    let receive = try parse(one + two + end) { try Nano.BlockReceive(from: &$0) }
    let change = try parse(one + two + end) { try Nano.BlockChange(from: &$0) }
    #expect(send.work == 0x0102)
    #expect(send.blockHash.description == "F90994185D8088F88B2F7098440BE7B837641139FA2E99C682FE5C79CFAD80A7")
    #expect(
      receive.blockHash.description == "30B600FB1F0CC0B3F0FC28CDCB7389405A6659BE81C7D5C5905725AA3A5119CE"
        && change.blockHash == receive.blockHash)
  }
}
