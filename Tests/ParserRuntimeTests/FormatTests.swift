import Glibc
import ParserRuntime
import Testing

@Suite struct TextFormatTests {
  private static func address(_ groups: UInt16...) -> [UInt8] { groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }

  @Test(
    arguments: [
      ([127, 0, 0, 1], "127.0.0.1"), (address(0, 0, 0, 0, 0, 0xFFFF, 0xC000, 0x0201), "192.0.2.1"),
      (address(0, 0, 0, 0, 0, 0, 0, 0), "::"), (address(0, 0, 0, 0, 0, 0, 0, 1), "::1"),
      (address(0x2001, 0xDB8, 0, 0, 1, 0, 0, 1), "2001:db8::1:0:0:1"),
      (address(1, 0, 3, 4, 5, 6, 7, 8), "1:0:3:4:5:6:7:8"),
      (address(0xFE80, 0, 0, 0, 0, 0, 0, 0), "fe80::"), (address(1, 2, 0, 0, 5, 0, 0, 0), "1:2:0:0:5::"),
      ([1, 2, 3], "010203"),
    ] as [([UInt8], String)])
  func `addresses as RFC 5952 wants them`(bytes: [UInt8], text: String) {
    #expect(ipText(bytes) == text)
  }

  @Test func `decimal numbers of any width`() {
    #expect(decimalText([UInt8]()) == "0" && decimalText([0, 0]) == "0" && decimalText([1, 0]) == "256")
    #expect(decimalText([UInt8](repeating: 0xFF, count: 16)) == "340282366920938463463374607431768211455")
    #expect(decimalText([1] + [UInt8](repeating: 0, count: 16)) == "340282366920938463463374607431768211456")
    #expect(
      decimalText([UInt8](repeating: 0xFF, count: 32))
        == "115792089237316195423570985008687907853269984665640564039457584007913129639935")
    #expect(decimalText([UInt8](repeating: 0, count: 30) + [5]) == "5")
  }

  @Test func `byte strings compare byte by byte`() throws {
    let fixed = try #require(FixedBytes<4>([1, 2, 3, 4]))
    #expect(fixed.equals([1, 2, 3, 4] as [UInt8]) && !fixed.equals([1, 2, 3] as [UInt8]))
    #expect(fixed.compare([1, 2, 4] as [UInt8]) < 0 && fixed.compare([1, 2, 3] as [UInt8]) > 0)
    #expect(FixedBytes<4>([1, 2, 3]) == nil && fixed.description == "01020304")
    for length in 0..<20 {
      #expect([UInt8](repeating: 0, count: length).isZero)
      for place in 0..<length {
        var bytes = [UInt8](repeating: 0, count: length)
        bytes[place] = 1
        #expect(!bytes.isZero)
      }
    }
  }
}

@Suite struct AddressTests {
  @Test func `addresses are those that the C library prints`() {
    var generator = SystemRandomNumberGenerator()
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    for _ in 0..<5000 {
      // Many groups of zeros, since they are what is left out.
      var bytes = (0..<8).flatMap { _ -> [UInt8] in
        switch Int.random(in: 0..<4, using: &generator) {
        case 0, 1: [0, 0]
        case 2: [0, .random(in: 0...255, using: &generator)]
        default: [.random(in: 0...255, using: &generator), .random(in: 0...255, using: &generator)]
        }
      }
      // Addresses with IPv4 inside are a matter of taste.
      bytes[1] |= 1
      inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count))
      #expect(ipText(bytes) == String(decoding: buffer.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self))
      let short = Array(bytes[4..<8])
      inet_ntop(AF_INET, short, &buffer, socklen_t(buffer.count))
      #expect(ipText(short) == String(decoding: buffer.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self))
    }
  }

  @Test func `other lengths are shown in hex`() {
    #expect(ipText([1, 0xAB] as [UInt8]) == "01AB" && ipText([] as [UInt8]) == "")
    #expect(ipText([UInt8](repeating: 0x12, count: 40)) == String(repeating: "12", count: 40))
  }
}

@Suite struct RowBatchTests {
  @Test func `every kind of value comes back as it was written`() {
    let batch = RowBatch(nextIDs: [7, 1], capacity: 16)
    let long = String(repeating: "é", count: 40_000)
    for round in 0..<100 {
      var row = batch.begin(table: 0, id: batch.newID(table: 0))
      row.integer(3, UInt64.max)
      row.real(1, Float(0.5))
      row.text(2, round == 50 ? long : "")
      row.hex(5, 0x0102 as UInt32)
      row.blob(6, [1, 2] as [UInt8])
      row.boolean(7, true)
      row.beginText(8)
      for part in ["", "a", long] {
        row.append(part)
        row.appendComma()
      }
      row.appendHex(0x0A as UInt8)
      row.endText()
      row.end()
    }
    var seen = 0
    batch.forEachRow { table, values in
      var texts: [String] = []
      while let (column, value) = values.next() {
        switch value {
        case .integer(let number): texts.append("\(column)=\(number)")
        case .real(let number): texts.append("\(column)=\(number)")
        case .text(let bytes): texts.append("\(column)='\(String(decoding: bytes, as: UTF8.self))'")
        case .blob(let bytes): texts.append("\(column)=\(Array(bytes))")
        }
      }
      let text = seen == 50 ? long : ""
      let parts = "8=',a,\(long),0A'"
      #expect(texts == ["0=\(7 + seen)", "3=-1", "1=0.5", "2='\(text)'", "5='00000102'", "6=[1, 2]", "7=1", parts])
      #expect(table == 0)
      seen += 1
    }
    #expect(seen == 100 && batch.rowCount == 100)
    #expect(RowBatch(after: batch).newID(table: 0) == 107, "ids go on in the next batch")
  }

  @Test func `a reader may leave values unread`() {
    let batch = RowBatch(nextIDs: [1])
    for _ in 0..<3 {
      var row = batch.begin(table: 0, id: batch.newID(table: 0))
      row.text(1, "text")
      row.end()
    }
    var ids: [Int64] = []
    batch.forEachRow { _, values in
      if case .integer(let id)? = values.next()?.value { ids.append(id) }
    }
    #expect(ids == [1, 2, 3])
  }
}
