import ArgumentParser
import Foundation

/// Why a package cannot be written; the text says what to do about it.
struct NewPackageError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a package for a protocol: a description to begin with, and the analyzer that is made of it.",
    discussion: """
      What is written builds, passes its test and imports its sample capture as it is.

      EXAMPLES
        parsergen new thermo --port 4711
        cd thermo && swift run thermocap import sample.pcap --serve
      """)

  @Argument(
    help: ArgumentHelp("What the protocol is called: lower-case letters, digits and '_'.", valueName: "name"))
  var name: String
  @Option(name: .shortAndLong, help: ArgumentHelp("The package's folder; without it, NAME.", valueName: "folder"))
  var output: String?
  @Option(help: ArgumentHelp("The TCP port that the protocol's servers listen on.", valueName: "number"))
  var port: UInt16 = 4711
  @Option(
    help: ArgumentHelp(
      "What the package depends on: a checkout of this program's sources, or their URL. Without it, the checkout that the "
        + "program was built in.", valueName: "folder|url"))
  var toolchain: String?

  func validate() throws {
    guard name.wholeMatch(of: #/[a-z][a-z0-9_]*/#) != nil else {
      throw ValidationError("'\(name)' is no name of a description: lower-case letters, digits and '_', a letter first")
    }
    guard port > 0 else { throw ValidationError("--port is from 1 to 65535") }
  }

  func run() throws {
    guard let toolchain = toolchain.map(ToolchainPlace.init(named:)) ?? ToolchainPlace.ofThisProgram else {
      throw NewPackageError("this program is in no checkout of its sources; say where they are with --toolchain")
    }
    let folder = URL(filePath: output ?? name)
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw NewPackageError("\(folder.relativePath): is there already, and nothing is written over it")
    }
    let template = try PackageTemplate(name: name, port: port, toolchain: toolchain)
    for file in template.files {
      let place = folder.appending(path: file.path)
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try file.content.write(to: place)
    }
    print(
      """
      \(folder.relativePath): a package for the protocol '\(name)'. To go on:

        cd \(folder.relativePath)
        swift run \(template.program) import sample.pcap --serve    # the first build takes minutes; then open the address
        swift test

      Then edit Sources/\(template.program)/\(name).ksy; README.md tells how.
      """)
  }
}
