import ParserRuntime
import Testing

@testable import Capture

/// Numbers of types and members, by which all that is known of them is found.
@Suite struct FieldNumbersTests {
  private func tree(_ content: StaticString, _ part: StaticString, _ field: StaticString) -> FieldTree {
    var tree = FieldTree()
    tree.open("t", "t", index: nil, at: 0)
    tree.open("body", content, index: nil, at: 0)
    tree.open(part, "part", index: nil, at: 0)
    tree.field(field, index: nil, at: 0, length: 1, .integer(1), text: nil)
    for _ in 0..<3 { tree.close(at: 1) }
    return tree
  }

  @Test func `a name has a number in each type that has it`() {
    var numbers = FieldNumbers(Outlines.messages)
    func names(_ tree: FieldTree) -> [String] {
      numbers.number(tree)
      #expect(numbers.parts == [0, 1, 2])
      return numbers.places.map { place in
        let member = place.member == FieldNumbers.none ? nil : numbers.members[place.member]
        let owner = member.map { "\(numbers.types[$0.type].name).\($0.name)" } ?? ""
        return place.type == FieldNumbers.none ? owner : "\(owner): \(numbers.types[place.type].name)"
      }
    }
    // `x` is one literal here, and a member of two types.
    for _ in 0..<2 {
      #expect(names(tree("ping", "x", "y")) == [": t", "t.body: ping", "ping.x: part", "part.y"])
      #expect(names(tree("pong", "x", "y")) == [": t", "t.body: pong", "pong.x: part", "part.y"])
    }
    let known = numbers.members.count
    #expect(numbers.members.allSatisfy { $0.outline != nil } && numbers.types.allSatisfy { $0.outline != nil })
    // What the outline does not have is numbered too.
    #expect(names(tree("pang", "x", "z")) == [": t", "t.body: pang", "pang.x: part", "part.z"])
    #expect(numbers.members.count == known + 2 && numbers.members.last?.outline == nil)
    #expect(numbers.known("pang") == numbers.types.count - 1 && numbers.known("peng") == nil)
  }

  @Test func `one name in hundreds of types is told apart`() {
    let types = (0..<300).map { number in
      DescriptionOutline.TypeOutline(
        "t\(number)", source: 0, line: number, doc: nil, members: [Outlines.Member("x", line: number, type: "u1")])
    }
    var numbers = FieldNumbers(DescriptionOutline(title: nil, sources: [], types: types, enumerations: []))
    for _ in 0..<2 {
      let members = (0..<300).map { numbers.member("x", of: $0) }
      #expect(members.map { numbers.members[$0].outline?.line } == Array(0..<300))
    }
    #expect(numbers.members.count == 300)
  }

  @Test func `switches without a case for the rest are known by their types`() {
    let numbers = FieldNumbers(Outlines.messages)
    let switches = numbers.types.map { $0.closedSwitches.map(\.member.name) }
    #expect(switches == [["body"], [], [], []])
    #expect(numbers.types[0].closedSwitches.first?.number == numbers.known("body", of: 0))
  }
}
