package import ArgumentParser

/// The commands of `parsergen` that need nothing but the compiler. They are a library, because the build plugin runs a
/// program that has no more than these: SwiftPM applies no plugin to what a plugin runs, and `dump` needs one.
package enum ParserGenCommands {
  package static let all: [any ParsableCommand.Type] = [
    Generate.self, Check.self, SQL.self, Docs.self, Graph.self, Wireshark.self, Compare.self,
  ]
}
