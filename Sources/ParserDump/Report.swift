import ParserRuntime

/// What became of a file.
struct Report {
  /// As far as it was parsed; nil if it could not even be begun.
  private(set) var object: (any DumpableObject)?
  /// Why it could not be parsed to its end.
  private(set) var failure: Failure?

  init(_ bytes: [UInt8], _ root: DumpRoot) {
    do throws(ParseError) {
      let object = try root.make(ByteStream(bytes))
      self.object = object
      try object.read()
    } catch {
      failure = Failure(error, in: object)
    }
  }

  init(_ error: FileError) { failure = Failure(kind: "FileError", message: error.description) }

  init(file: String, _ root: DumpRoot) {
    do throws(FileError) {
      self.init(try readFile(file), root)
    } catch {
      self.init(error)
    }
  }

  func text(_ format: DumpFormat) -> [UInt8] {
    switch format {
    case .json: json
    case .tree: Array(tree.utf8)
    case .result: result
    }
  }

  /// The value alone, for people and programs.
  private var json: [UInt8] {
    guard let object else { return [] }
    return JSONDump.write(object, to: JSONWriter(isIndented: true)).bytes + "\n".utf8
  }

  private var tree: String {
    (object.map { TreeDump.print($0) } ?? "") + (failure.map { "  ! \($0)\n" } ?? "")
  }

  /// The result of a job, in one line.
  private var result: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("status")
    json.text(failure == nil ? "ok" : "parse_error")
    if let object {
      json.key("value")
      json = JSONDump.write(object, to: json)
    }
    if let failure {
      json.key("error")
      failure.write(to: &json)
    }
    // Violated constraints end the parse, so that there are none besides.
    json.key("issues")
    json.beginList()
    json.endList()
    json.endObject()
    return json.bytes + "\n".utf8
  }
}
