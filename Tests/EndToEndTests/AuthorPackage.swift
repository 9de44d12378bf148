import Foundation
import Testing

/// A package that depends on this one. It is built in this one's folder: what it needs of this one is there already, where
/// the options are the same.
struct AuthorPackage {
  private static let scratch = Place.root.appending(path: ".build")
  /// Those of the build that the tests are of; `make` says them to its children.
  private static let options =
    (ProcessInfo.processInfo.environment["BUILD_OPTIONS"] ?? "").split(separator: " ").map(String.init)

  /// The folder of what is built.
  static let programs = scratch.appending(path: "debug")

  let folder: URL

  init(_ folder: URL) { self.folder = folder }

  /// Builds a product.
  /// - Returns: The program.
  func build(product: String) throws -> URL {
    let outcome = try build("--product", product)
    try #require(outcome.status == 0, "\(outcome.output.suffix(3000))\(outcome.errors.suffix(2000))")
    return Self.programs.appending(path: product)
  }

  /// Builds a part of the package.
  /// - Parameter isAgain: whether nothing else was built since this part was.
  func build(_ options: String..., isAgain: Bool = false) throws -> Outcome {
    var place = ["--package-path", folder.path, "--scratch-path", Self.scratch.path]
    if !isAgain {
      // All packages take the same versions of what they depend on, so that it is built once.
      let versions = try Data(contentsOf: Place.root.appending(path: "Package.resolved"))
      try versions.write(to: folder.appending(path: "Package.resolved"))
      // The plan of the package before must not be taken for this one's.
      place.append("--disable-build-manifest-caching")
    }
    let temporary = Self.scratch.appending(path: "packages")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    // Each build leaves a dozen folders there.
    defer { try? FileManager.default.removeItem(at: temporary) }
    return try swiftBuild(place + options, in: temporary, options: Self.options)
  }
}
