/// Reads a description and the files it imports, each once.
final class DescriptionLoader {
  /// Folders in which imports that begin with `/` are looked for.
  private let importPaths: [String]
  /// Returns the text of a file, or nil if it cannot be read.
  private let read: (String) -> String?
  private let diagnostics: Diagnostics
  private var loaded: [String: TypeSpec] = [:]
  private var files: [(path: String, text: String)] = []
  private var isComplete = true

  init(importPaths: [String], diagnostics: Diagnostics, read: @escaping (String) -> String?) {
    self.importPaths = importPaths
    self.diagnostics = diagnostics
    self.read = read
  }

  /// - Parameter path: the description's path; imports are looked for from its folder.
  /// - Returns: Its root type, nil where names could not be looked up because a file is missing or cannot be understood;
  ///   and all files that were read, imports included.
  func load(_ path: String) -> (root: TypeSpec?, files: [(path: String, text: String)]) {
    guard let text = read(path) else {
      diagnostics.error(SourceLocation(file: path, line: 1, column: 1), "cannot read '\(path)'")
      return (nil, [])
    }
    let root = description(path, text)
    return (isComplete ? root : nil, files)
  }

  private func description(_ path: String, _ text: String) -> TypeSpec? {
    files.append((path, text))
    let document: YAMLNode?
    do throws(Diagnostic) {
      document = try YAMLParser.parse(text, file: path, diagnostics)
    } catch {
      diagnostics.add(error)
      return nil
    }
    guard let document else {
      diagnostics.error(SourceLocation(file: path, line: 1, column: 1), "the description is empty")
      return nil
    }
    let reader = SpecReader(diagnostics: diagnostics)
    guard let root = reader.read(document, fallbackName: FilePath.stem(path)) else { return nil }
    StyleChecker(diagnostics: diagnostics).check(root)
    // Before what it imports is loaded: that may import this file in turn.
    loaded[FilePath.normal(path)] = root
    for type in root.withDescendants {
      for (index, name) in type.meta.imports.enumerated() {
        guard let imported = self.imported(name, path: "\(type.path)/meta/imports/\(index)", from: path) else {
          isComplete = false
          continue
        }
        if imported !== root, !root.imports.contains(imported) { root.imports.append(imported) }
      }
    }
    return root
  }

  private func imported(_ name: NameReference, path: String, from file: String) -> TypeSpec? {
    let candidates: [String]
    if name.text.hasPrefix("/") {
      candidates = importPaths.map { FilePath.join($0, String(name.text.drop { $0 == "/" })) }
    } else {
      candidates = [FilePath.join(FilePath.folder(file), name.text)]
    }
    for candidate in candidates.map({ FilePath.normal($0 + ".ksy") }) {
      if let known = loaded[candidate] { return known }
      if let text = read(candidate) { return description(candidate, text) }
    }
    let place =
      candidates.isEmpty
      ? "no import path is given in which to find '\(name.text)'"
      : "cannot read " + candidates.map { "'\(FilePath.normal($0 + ".ksy"))'" }.joined(separator: " or ")
    diagnostics.error(name.location, path: path, place)
    return nil
  }
}

/// Paths of files, as text.
enum FilePath {
  /// With a slash at its end; empty for the current folder.
  static func folder(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The file's name up to its first dot.
  static func stem(_ path: String) -> String {
    String(path.dropFirst(folder(path).count).split(separator: ".").first ?? "description")
  }

  /// Without `.` and `..` where that is possible, so that a file has one path.
  static func normal(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
