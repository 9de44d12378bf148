import ArgumentParser
import Foundation
import ParserGen

struct Docs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a reference of the protocol, with byte diagrams (Markdown or HTML).",
    discussion: """
      EXAMPLES
        parsergen docs thermo.ksy > thermo.md
        parsergen docs thermo.ksy --format html --output thermo.html
      """)

  @Argument(help: "A description (.ksy).")
  var spec: String
  @Option(help: "markdown or html.")
  var format = Format.markdown
  @Option(name: .shortAndLong, help: "The file to be written; without it, standard output.")
  var output: String?
  @OptionGroup var imports: ImportOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case markdown, html }

  func run() throws {
    try write(imports.generator().reference(spec, isHTML: format == .html), to: output)
  }
}

struct Graph: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the types and what they are made of as a graph for Graphviz.",
    discussion: """
      EXAMPLE
        parsergen graph thermo.ksy | dot -Tsvg -o thermo.svg
      """)

  @Argument(help: "A description (.ksy).")
  var spec: String
  @Option(name: .shortAndLong, help: "The file to be written; without it, standard output.")
  var output: String?
  @OptionGroup var imports: ImportOptions

  func run() throws {
    try write(imports.generator().graph(spec), to: output)
  }
}

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a change of a description means for the wire, the tables, and old databases.",
    discussion: """
      EXAMPLES
        git show main:thermo.ksy > old.ksy; parsergen compare old.ksy thermo.ksy
        parsergen compare old.ksy new.ksy --exit-code     # status 1 if anything differs
      """)

  @Argument(help: "The description as it was (.ksy).")
  var old: String
  @Argument(help: "The description as it is (.ksy).")
  var new: String
  @Option(help: "text or json.")
  var format = TextFormat.text
  @Flag(help: "Exit with status 1 if the wire, the tables or the migration of databases is affected.")
  var exitCode = false
  @OptionGroup var imports: ImportOptions

  func run() throws {
    let (comparison, problems) = imports.generator().compare(old, new)
    try report(problems)
    guard let comparison else { return }
    print(format == .json ? try json(comparison) + "\n" : comparison.text, terminator: "")
    if exitCode, !comparison.isEmpty { throw ExitCode.failure }
  }
}

enum TextFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

struct Wireshark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a dissector for Wireshark and tshark (Lua).",
    discussion: """
      EXAMPLE
        parsergen wireshark thermo.ksy --output thermo.lua
        tshark -X lua_script:thermo.lua -r capture.pcap -V
      """)

  @Argument(help: "A description (.ksy).")
  var spec: String
  @Option(name: .shortAndLong, help: "The file to be written; without it, standard output.")
  var output: String?
  @Option(help: "The protocol's name in filters; without it, the description's with '_ksy' behind it.")
  var name: String?
  @OptionGroup var imports: ImportOptions

  func validate() throws {
    if let name, name.isEmpty || !name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }) {
      throw ValidationError("a name has lower-case letters, digits and '_' only")
    }
  }

  func run() throws {
    try write(imports.generator().wireshark(spec, name: name), to: output)
  }
}
