import ArgumentParser
import ParserGen

@main
struct ParserGenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parsergen",
    abstract: "Compiles Kaitai-style protocol descriptions into Swift parsers and SQL.",
    discussion: """
      EXAMPLES
        parsergen check protocol/nano.ksy
        parsergen generate protocol/nano.ksy --output Generated
        parsergen sql protocol/nano.ksy | sqlite3 empty.db
      """,
    subcommands: [Generate.self, Check.self, SQL.self, Wireshark.self])
}
