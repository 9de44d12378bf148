import ArgumentParser
import ParserGenCommands

@main
struct ParserGenPluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parsergen-plugin", abstract: "Compiles descriptions while a package is built.",
    subcommands: ParserGenCommands.all)
}
