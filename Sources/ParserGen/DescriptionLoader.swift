/// Reads a description and the files it imports.
struct DescriptionLoader {
  /// Returns the text of a file, or nil if it cannot be read.
  let read: (String) -> String?
  let diagnostics: Diagnostics

  /// - Parameter path: the description's path; imports are looked for in its folder.
  /// - Returns: Its root type, and all files that were read, imports included.
  func load(_ path: String) -> (root: TypeSpec?, files: [(path: String, text: String)]) {
    var loaded: [String: TypeSpec] = [:]
    var files: [(path: String, text: String)] = []

    func file(_ path: String, importedAt import_: NameReference?) -> TypeSpec? {
      if let known = loaded[path] { return known }
      guard let text = read(path) else {
        let place = import_?.location ?? SourceLocation(file: path, line: 1, column: 1)
        diagnostics.error(place, path: import_ == nil ? nil : "/meta/imports", "cannot read '\(path)'")
        return nil
      }
      files.append((path, text))
      let document: YAMLNode?
      do throws(Diagnostic) {
        document = try YAMLParser.parse(text, file: path)
      } catch {
        diagnostics.add(error)
        return nil
      }
      guard let document else {
        diagnostics.error(SourceLocation(file: path, line: 1, column: 1), "the description is empty")
        return nil
      }
      let reader = SpecReader(file: path, diagnostics: diagnostics)
      guard let root = reader.read(document, fallbackName: fileName(path)) else { return nil }
      loaded[path] = root
      root.imports = root.meta.imports.compactMap { name in
        guard !name.text.contains("/"), !name.text.contains("\\") else {
          diagnostics.error(name.location, path: "/meta/imports", "only files of the same folder can be imported yet")
          return nil
        }
        return file(folder(path) + name.text + ".ksy", importedAt: name)
      }
      return root
    }

    let root = file(path, importedAt: nil)
    return (root, files)
  }

  private func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private func fileName(_ path: String) -> String {
    let name = path.dropFirst(folder(path).count)
    return String(name.split(separator: ".").first ?? "description")
  }
}
