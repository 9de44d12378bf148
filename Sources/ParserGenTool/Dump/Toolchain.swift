import Foundation

/// The Swift compiler of the machine.
struct Toolchain {
  /// The path of `swiftc`.
  var compiler: String
  /// What it says it is; what one compiler made is of no use to another.
  var version: String

  static func find() throws(DumpError) -> Toolchain {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = folders.map { "\($0)/swiftc" }
    guard let compiler = candidates.first(where: { access($0, X_OK) == 0 }) else {
      throw DumpError(
        """
        there is no swiftc on PATH: 'parsergen dump' compiles what it makes of a description. Install Swift \
        (https://www.swift.org/install), or add the folder of swiftc to PATH
        """)
    }
    let answer = try ChildProcess.run(compiler, ["--version"], seconds: 60)
    guard answer.succeeded else {
      throw DumpError("\(compiler) --version fails: \(answer.errorText.prefix(500))")
    }
    return Toolchain(compiler: compiler, version: String(decoding: answer.output, as: UTF8.self))
  }
}
