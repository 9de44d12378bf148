import ParserGen
import Testing

/// Where descriptions are wrong: the deepest key, by its path.
@Suite struct WrongPlaceTests {
  @Test(arguments: WrongPlaces.all.indices)
  func `what is wrong is told where it is`(index: Int) {
    let (text, path) = WrongPlaces.all[index]
    let whole = text.hasPrefix("meta") ? text : "meta: {id: t, endian: le, encoding: UTF-8}\n" + text
    let generator = Generator(access: "") { $0 == "t.ksy" ? whole : nil }
    let problems = generator.objectParser("t.ksy", namespace: nil, isDumped: false).diagnostics
      .filter { $0.severity == .error }
    #expect(problems.first?.path == path, "\(text): \(problems)")
    #expect(problems.allSatisfy { $0.location.line >= 1 && $0.location.column >= 1 })
  }

  @Test func `there are enough of them`() { #expect(WrongPlaces.all.count >= 180) }
}
