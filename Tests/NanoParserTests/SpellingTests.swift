import NanoParser
import Testing

/// The spellings of public keys.
@Suite struct SpellingTests {
  private let key = "E89208DD038FBB269987689621D52292AE9C35941A7484756ECCED92A65093BA"
  private let account = "nano_3t6k35gi95xu6tergt6p69ck76ogmitsa8mnijtpxm9fkcm736xtoncuohr3"

  @Test func `each is made of any other, in any case`() {
    let node = account.replacing("nano_", with: "node_")
    let old = account.replacing("nano_", with: "xrb_")
    for text in [key, key.lowercased(), account, account.uppercased(), node, old] {
      #expect(NanoSpelling.account(text) == account && NanoSpelling.node(text) == node && NanoSpelling.key(text) == key)
    }
  }

  @Test func `what is no key has none`() {
    let texts = [
      "", "nano_", String(key.dropLast()), key + "0", String(account.dropLast()) + "1", key.replacing("E", with: "G"),
      "127.0.0.1", "ABBA", String(repeating: "é", count: 64), String(repeating: "é", count: 32),
    ]
    for text in texts {
      #expect(
        NanoSpelling.account(text) == nil && NanoSpelling.node(text) == nil && NanoSpelling.key(text) == nil, "\(text)")
    }
  }
}
