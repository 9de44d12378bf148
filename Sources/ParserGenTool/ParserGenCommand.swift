import ArgumentParser
import ParserGenCommands

@main
struct ParserGenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parsergen",
    abstract: "Compiles Kaitai-style protocol descriptions into Swift parsers, SQL, references and dissectors.",
    discussion: """
      EXAMPLES
        parsergen check thermo.ksy
        parsergen generate thermo.ksy --output Generated
        parsergen sql thermo.ksy | sqlite3 empty.db
        parsergen docs thermo.ksy --format html --output thermo.html
        parsergen graph thermo.ksy | dot -Tsvg -o thermo.svg
        parsergen wireshark thermo.ksy --output thermo.lua
        parsergen dump png.ksy image.png
        parsergen compare old.ksy thermo.ksy
        parsergen new thermo                        # a package: the description of a protocol, and its analyzer
      """,
    subcommands: ParserGenCommands.all + [Dump.self, DumpSource.self, New.self])
}
