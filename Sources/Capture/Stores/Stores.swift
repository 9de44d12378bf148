import Foundation
public import ParserRuntime

/// The stores that there are, by what a user names them with.
public enum Stores {
  /// The store of a name: the path of a file, which need not exist.
  /// - Parameter info: of the description whose tables it has, or gets.
  public static func store(named name: String, for info: SpecificationInfo) -> any CaptureStore {
    DatabaseFile(path: name, info: info)
  }

  /// Whether a file is a store, and not a capture.
  public static func isStore(_ path: String) -> Bool { DatabaseFile.isDatabase(path) }
}
