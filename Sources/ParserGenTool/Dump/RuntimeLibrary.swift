import Foundation

/// The modules that parsers stand on, compiled from the sources that are part of this program.
struct RuntimeLibrary: Sendable {
  var toolchain: Toolchain
  let cache: ParserCache

  private static let modules = ["ParserRuntime", "ParserDump"]
  private static let features = ["ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault"]
  // The modules share what is of their package's own.
  private static let package = ["-package-name", "parsergen"]
  private static let languageMode = ["-swift-version", "6", "-suppress-warnings", "-wmo"]

  /// Compiles the modules unless that was done before.
  /// - Parameter tell: says what is waited for.
  init(_ toolchain: Toolchain, cacheRoot: String = ParserCache.defaultRoot, tell: (String) -> Void) throws(DumpError) {
    self.toolchain = toolchain
    let sources = EmbeddedSources.files.flatMap { [$0.name, $0.content.description] }
    let options = Self.languageMode + Self.features + Self.package + [toolchain.version, toolchain.compiler]
    cache = try ParserCache(root: cacheRoot, key: Fingerprint(sources + options).text)
    try compileIfNeeded(tell)
  }

  /// What the compiler has to be told to compile code that uses the modules, and to link it.
  var options: [String] {
    options(cache.runtime) + Self.modules.map { "\(cache.runtime)/\($0).o" }
  }

  private func options(_ folder: String) -> [String] {
    Self.languageMode + ["-I", folder, "-module-cache-path", "\(cache.folder)/modules"]
  }

  private func compileIfNeeded(_ tell: (String) -> Void) throws(DumpError) {
    func exists() -> Bool { access(cache.runtime, F_OK) == 0 }
    guard !exists() else { return }
    tell("compiling the runtime, once for this version of parsergen and of Swift")
    try cache.whileLocked { () throws(DumpError) in
      guard !exists() else { return }
      let folder = try cache.temporaryFolder()
      defer { cache.remove(folder) }
      do {
        try writeSources(folder)
      } catch {
        throw DumpError("\(folder): cannot be written: \(error.localizedDescription)")
      }
      for module in Self.modules { try compile(module, in: folder) }
      try cache.moveFolder(folder, to: cache.runtime)
    }
  }

  private func writeSources(_ folder: String) throws {
    for file in EmbeddedSources.files {
      let url = URL(filePath: "\(folder)/\(file.name)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.content.description.utf8).write(to: url)
    }
  }

  private func compile(_ module: String, in folder: String) throws(DumpError) {
    let sources = EmbeddedSources.files.map(\.name).filter { $0.hasPrefix(module + "/") }.map { "\(folder)/\($0)" }
    let child = try ChildProcess.run(
      toolchain.compiler,
      options(folder) + Self.features.flatMap { ["-enable-upcoming-feature", $0] }
        + Self.package + ["-O", "-parse-as-library", "-module-name", module, "-emit-module", "-emit-object"]
        + ["-emit-module-path", "\(folder)/\(module).swiftmodule", "-o", "\(folder)/\(module).o"] + sources,
      seconds: 1200)
    guard child.succeeded else {
      let reason = CompilerMessages(child.errorText).first?.description ?? child.lastWords
      throw DumpError(
        """
        the runtime does not compile: \(reason). Swift 6.2 or later is needed; swiftc is \
        \(toolchain.version)
        """)
    }
  }
}
