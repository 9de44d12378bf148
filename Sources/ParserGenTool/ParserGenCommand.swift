import ArgumentParser
import ParserGenCommands

@main
struct ParserGenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parsergen",
    abstract: "Compiles Kaitai-style protocol descriptions into Swift parsers, SQL, references and dissectors.",
    discussion: """
      EXAMPLES
        parsergen check protocol/nano.ksy
        parsergen generate protocol/nano.ksy --output Generated
        parsergen sql protocol/nano.ksy | sqlite3 empty.db
        parsergen docs protocol/nano.ksy --format html --output nano.html
        parsergen graph protocol/nano.ksy | dot -Tsvg -o nano.svg
        parsergen wireshark protocol/nano.ksy --output nano.lua
        parsergen dump png.ksy image.png
        parsergen compare old.ksy protocol/nano.ksy
      """,
    subcommands: ParserGenCommands.all + [Dump.self, DumpSource.self])
}
