/// The compiler: the text of a description in, Swift and SQL out.
///
/// Read it as the pipeline it is: files -> YAML nodes -> the description as written -> names and types resolved ->
/// tables planned -> text.
public struct Generator {
  /// A file that the compiler made.
  public struct Output: Sendable {
    /// The file's name, without a folder.
    public var name: String
    /// All of its text.
    public var text: String
  }

  /// What became of a description.
  public struct Result: Sendable {
    /// Swift files; empty if there are errors.
    public var files: [Output] = []
    /// The whole schema as SQL.
    public var sql = ""
    /// All problems, in the order of their places.
    public var diagnostics: [Diagnostic] = []
  }

  let access: String
  let importPaths: [String]
  let read: @Sendable (String) -> String?

  /// - Parameters:
  ///   - access: `public`, `package` or `internal`.
  ///   - importPaths: folders in which imports that begin with `/` are looked for.
  ///   - read: returns the text of a file, or nil if it cannot be read; called on a thread of the compiler's own.
  public init(access: String = "public", importPaths: [String] = [], read: @escaping @Sendable (String) -> String?) {
    self.access = access == "internal" ? "" : access + " "
    self.importPaths = importPaths
    self.read = read
  }

  /// Compiles one description.
  /// - Parameters:
  ///   - emitted: names of imported descriptions that another one's output already has.
  ///   - dialect: of `Result.sql`; what the Swift files hold is for SQLite in any case.
  public func generate(_ path: String, emitted: inout Set<String>, dialect: SQLDialect = .sqlite) -> Result {
    withDeepStack { compile(path, &emitted, dialect) }
  }

  private func compile(_ path: String, _ emitted: inout Set<String>, _ dialect: SQLDialect) -> Result {
    let problems = Diagnostics()
    var result = Result()
    // What is wrong with the language itself is told first, and only once.
    let (model, _) = model(path, problems)
    let diagnostics = Diagnostics()
    if let description = problems.isEmpty || model?.asksForMessages == true ? plan(path, diagnostics) : nil {
      let tables = SQLEmitter(plan: description.schema).tableStatements
      let views = views(description.specification.root.spec, path, tables, diagnostics)
      if diagnostics.isEmpty, problems.isEmpty {
        result.files = swiftFiles(description, path, views, &emitted)
        result.sql = script(description.schema, views, dialect)
      }
    }
    if let model, problems.isEmpty, !diagnostics.isEmpty, !model.asksForMessages {
      // A format, whose values refer to their surroundings: there is nothing to be stored.
      result.files = objectFiles(path, model)
    } else if !diagnostics.isEmpty {
      problems.add(diagnostics.all.filter { problems.isEmpty || $0.isOfMessages })
    }
    result.diagnostics = problems.sorted
    return result
  }

  /// All statements, each with an empty line behind it where a server's own shell wants that.
  private func script(_ schema: SchemaPlan, _ views: [(name: String, sql: String)], _ dialect: SQLDialect) -> String {
    let sql = SQLEmitter(plan: schema, dialect: dialect)
    let statements = sql.tableStatements + sql.indexStatements + sql.lookupStatements
    guard dialect != .sqlite else { return (statements + views.map(\.sql)).map { $0 + ";\n" }.joined() }
    // A description's views are SQL of its author's, written for SQLite.
    let remark = views.isEmpty ? "" : "-- Views for SQLite only: \(views.map(\.name).joined(separator: ", ")).\n"
    return statements.map { $0 + ";\n\n" }.joined() + remark
  }

  /// Compiles one description by itself.
  public func generate(_ path: String) -> Result {
    var emitted: Set<String> = []
    return generate(path, emitted: &emitted)
  }

  // MARK: Other things than a parser

  /// What became of a description that was made into one text.
  public typealias Text = (text: String, diagnostics: [Diagnostic])

  /// A dissector for Wireshark, in Lua.
  /// - Parameter name: what the protocol is called in filters; nil for the description's name and `_ksy`.
  public func wireshark(_ path: String, name: String? = nil) -> Text {
    text(path) { LuaEmitter($0, name: name).emit() }
  }

  /// A reference of the protocol.
  public func reference(_ path: String, isHTML: Bool) -> Text {
    text(path) { isHTML ? Reference($0).html : Reference($0).markdown }
  }

  /// The types and what they are made of, for Graphviz.
  public func graph(_ path: String) -> Text { text(path) { GraphEmitter(specification: $0).emit() } }

  /// What changed from one description to another; nil if either has errors.
  public func compare(_ old: String, _ new: String) -> (DescriptionComparison?, diagnostics: [Diagnostic]) {
    withDeepStack {
      let diagnostics = (Diagnostics(), Diagnostics())
      let (before, after) = (plan(old, diagnostics.0), plan(new, diagnostics.1))
      guard let before, let after else {
        return (nil, diagnostics.0.sorted + diagnostics.1.sorted)
      }
      return (DescriptionComparison(before: before, after: after), [])
    }
  }

  private func text(_ path: String, _ body: (AnalyzedSpecification) -> String) -> Text {
    withDeepStack {
      let diagnostics = Diagnostics()
      let description = plan(path, diagnostics)
      return (description.map { body($0.specification) } ?? "", diagnostics.sorted)
    }
  }

  /// Everything that comes before any text; nil if there are errors.
  private func plan(_ path: String, _ diagnostics: Diagnostics) -> CompiledDescription? {
    let (root, files) = DescriptionLoader(
      importPaths: importPaths, diagnostics: diagnostics, read: read
    ).load(path)
    guard let root, let specification = Analyzer.analyze(root, diagnostics) else { return nil }
    let schema = TablePlanner.plan(specification, diagnostics)
    return diagnostics.isEmpty ? CompiledDescription(specification: specification, schema: schema, files: files) : nil
  }

  private func views(
    _ root: TypeSpec, _ path: String, _ tables: [String], _ diagnostics: Diagnostics
  ) -> [(name: String, sql: String)] {
    guard let name = root.meta.sql.views, diagnostics.isEmpty else { return [] }
    let file = FilePath.folder(path) + name.text
    guard let text = read(file) else {
      diagnostics.error(name.location, path: "/meta/-sql/views", "cannot read '\(file)'")
      return []
    }
    return ViewChecker(file: file, diagnostics: diagnostics).check(text, tables: tables)
  }

  // MARK: Swift

  private func swiftFiles(
    _ description: CompiledDescription, _ path: String, _ views: [(name: String, sql: String)],
    _ emitted: inout Set<String>
  ) -> [Output] {
    let (specification, schema) = (description.specification, description.schema)
    let root = specification.root
    let name = Self.outputName(path)
    func file(_ suffix: String, _ imports: [String], _ body: (inout SwiftWriter) -> Void) -> Output {
      var out = SwiftWriter()
      out.line(
        "// Generated by parsergen from \(path.split(separator: "/").last ?? ""). Do not edit: change the description.")
      out.line()
      for line in imports { out.line(line) }
      out.line()
      body(&out)
      return Output(name: name + suffix + ".swift", text: out.text)
    }
    let runtime = [(access == "public " ? "public " : "") + "import ParserRuntime"]
    emitted.insert(root.spec.name)
    let roots =
      [root.spec] + specification.types.map(\.spec).filter { $0.parent == nil && emitted.insert($0.name).inserted }
    let types = specification.types.filter { type in roots.contains { $0 === type.spec.root } }
    let tracer = TraceEmitter(formats: root.spec.meta.sql.formats)
    let rows = RowEmitter(
      access: access, specificationName: SpecificationEmitter.name(root), details: schema.details)
    let conformance = SpecificationEmitter(
      access: access, specification: specification, schema: schema,
      fingerprint: fingerprint(description.files.map(\.text) + views.map(\.sql)), views: views,
      outline: OutlineEmitter(specification: specification, files: description.files))
    return [
      file("", runtime) { out in
        for type in types { emit(type, tracer, &out) }
      },
      // Rows are an inner matter; streams are not.
      file("+Rows", schema.streams.isEmpty ? ["import ParserRuntime"] : runtime) { out in
        rows.emit(schema.rows, &out)
        for stream in schema.streams { StreamEmitter(access: access, rows: rows, tracer: tracer).emit(stream, &out) }
      },
      file("+Specification", runtime) { out in
        conformance.emit(rows, &out)
        conformance.emitNames(&out)
      },
    ]
  }

  private func emit(_ type: ResolvedType, _ tracer: TraceEmitter, _ out: inout SwiftWriter) {
    let emitter = TypeEmitter(access: access, tracer: tracer)
    guard let parent = type.spec.parent else {
      emitter.emit(type, &out)
      return out.line()
    }
    out.block("extension \(SwiftNames.path(parent))") { emitter.emit(type, &$0) }
    out.line()
  }

  /// FNV-1a over all texts: enough to see that a description has changed.
  private func fingerprint(_ texts: [String]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in texts.joined(separator: "\0").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// After the file, not after `meta/id`: a build system knows nothing else.
  static func outputName(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return SwiftNames.type(file.split(separator: ".").first.map(String.init) ?? file)
  }
}
