import ClickHouseSchema
import ParserRuntime

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
  public func generate(_ path: String, emitted: inout Set<String>, dialect: SchemaDialect = .sqlite) -> Result {
    withDeepStack { compile(path, &emitted, dialect) }
  }

  private func compile(_ path: String, _ emitted: inout Set<String>, _ dialect: SchemaDialect) -> Result {
    let diagnostics = Diagnostics()
    var result = Result()
    let (found, files) = model(path, diagnostics)
    guard let model = found else {
      result.diagnostics = diagnostics.sorted
      return result
    }
    // What only messages cannot have is no problem of a format.
    let problems = Diagnostics()
    let schema = plan(model, problems)
    if model.isOfMessages || problems.isEmpty && !model.hasParsedInstances {
      diagnostics.add(problems.all)
      guard let schema else {
        result.diagnostics = diagnostics.sorted
        return result
      }
      let description = CompiledDescription(model: model, schema: schema, files: files)
      let views = views(model.root.spec, path, schema, diagnostics)
      if diagnostics.isEmpty {
        result.files = messageFiles(description, path, views, &emitted)
        result.sql = script(schema, views, dialect)
      }
    } else if diagnostics.isEmpty {
      // A format, whose values refer to their surroundings: there is nothing to be stored.
      result.files = objectFiles(path, model)
    }
    result.diagnostics = diagnostics.sorted
    return result
  }

  /// All statements, each with an empty line behind it where a server's own shell wants that.
  private func script(_ schema: SchemaPlan, _ views: DescriptionViews, _ dialect: SchemaDialect) -> String {
    switch dialect {
    case .sqlite:
      return (statements(schema, .sqlite) + views.sqlite.map(\.sql)).map { $0 + ";\n" }.joined()
    case .postgresql:
      // A description's views are SQL of its author's, written for SQLite.
      let names = views.sqlite.map(\.name).joined(separator: ", ")
      let remark = names.isEmpty ? "" : "-- Views for SQLite only: \(names).\n"
      return statements(schema, .postgresql).map { $0 + ";\n\n" }.joined() + remark
    case .clickhouse, .clickhousePlain:
      let printer = ClickHouseSchema(
        tables: schema.descriptionTables, nameTables: schema.nameTables,
        views: views.clickHouse.map { SpecificationInfo.View($0.name, $0.sql) },
        flavour: dialect == .clickhouse ? .current : .plain, findsByValue: true)
      let statements = printer.tableStatements + printer.nameStatements + printer.viewStatements
      return statements.map { $0 + ";\n" }.joined(separator: "\n")
    }
  }

  private func statements(_ schema: SchemaPlan, _ dialect: SQLDialect) -> [String] {
    let sql = SQLPrinter(plan: schema, dialect: dialect)
    return sql.tableStatements + sql.indexStatements + sql.lookupStatements
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
    text(path) { LuaPrinter($0, name: name).text() }
  }

  /// A reference of the protocol.
  public func reference(_ path: String, isHTML: Bool) -> Text {
    text(path) { isHTML ? Reference($0).html : Reference($0).markdown }
  }

  /// The types and what they are made of, for Graphviz.
  public func graph(_ path: String) -> Text { text(path) { GraphPrinter(model: $0).text() } }

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

  private func text(_ path: String, _ body: (Model) -> String) -> Text {
    withDeepStack {
      let diagnostics = Diagnostics()
      let description = plan(path, diagnostics)
      return (description.map { body($0.model) } ?? "", diagnostics.sorted)
    }
  }

  /// Everything that comes before any text of a description of messages; nil if there are errors.
  private func plan(_ path: String, _ diagnostics: Diagnostics) -> CompiledDescription? {
    let (model, files) = model(path, diagnostics)
    guard let model, let schema = plan(model, diagnostics) else { return nil }
    return CompiledDescription(model: model, schema: schema, files: files)
  }

  /// The tables of a description of messages; nil if there are errors.
  private func plan(_ model: Model, _ diagnostics: Diagnostics) -> SchemaPlan? {
    guard model.diagnostics.isEmpty else { return nil }
    MessageChecker(model: model, diagnostics: diagnostics).check()
    guard diagnostics.isEmpty else { return nil }
    var schema = TablePlanner.plan(model, diagnostics)
    guard diagnostics.isEmpty else { return nil }
    schema.summaries = SummaryPlanner.plan(model, schema, diagnostics)
    return diagnostics.isEmpty ? schema : nil
  }

  private func views(
    _ root: TypeSpec, _ path: String, _ schema: SchemaPlan, _ diagnostics: Diagnostics
  ) -> DescriptionViews {
    var views = DescriptionViews()
    guard diagnostics.isEmpty else { return views }
    let tables = SQLPrinter(plan: schema).tableStatements
    if let file = file(root.meta.sql.views, "-sql/views", path, diagnostics) {
      views.sqlite = ViewChecker(file: file.name, diagnostics: diagnostics).check(file.text, tables: tables)
    }
    if let file = file(root.meta.sql.clickHouseViews, "-sql/clickhouse-views", path, diagnostics) {
      views.clickHouse = ClickHouseViewChecker(file: file.name, diagnostics: diagnostics).check(file.text)
    }
    let program = root.meta.program
    let relations = tables + views.sqlite.map(\.sql)
    func queries(_ name: NameReference?, _ key: String) -> QueryFile? {
      file(name, key, path, diagnostics).map { QueryFile(name: $0.name, text: $0.text) }
    }
    if let own = queries(program.queries, "-program/queries") {
      let others = queries(program.clickHouseQueries, "-program/clickhouse-queries")
      views.queries = QueryChecker(diagnostics: diagnostics).check(own, clickHouse: others, schema: relations)
    }
    let sql = root.meta.sql
    if let own = queries(sql.valueQueries, "-sql/value-queries") {
      let others = queries(sql.clickHouseValueQueries, "-sql/clickhouse-value-queries")
      let kinds = SchemaPlan.kinds(of: schema.tables)
      views.valueQueries = ValueQueryRules(kinds: kinds, specs: sql.kinds).checker(diagnostics).check(
        own, clickHouse: others, schema: relations + SQLPrinter(plan: schema).valueTableStatements)
    }
    if let own = queries(sql.overviewQueries, "-sql/overview-queries") {
      let others = queries(sql.clickHouseOverviewQueries, "-sql/clickhouse-overview-queries")
      views.overviewQueries = OverviewQueryRules().checker(diagnostics).check(
        own, clickHouse: others, schema: relations
      ).map { SpecificationInfo.OverviewQuery(SpecificationInfo.OverviewQuery.Chart(rawValue: $0.label), $0.query) }
    }
    return views
  }

  /// A file that `meta` names, relative to the description.
  private func file(
    _ name: NameReference?, _ key: String, _ path: String, _ diagnostics: Diagnostics
  ) -> (name: String, text: String)? {
    guard let name else { return nil }
    let file = FilePath.folder(path) + name.text
    guard let text = read(file) else {
      diagnostics.error(name.location, path: "/meta/\(key)", "cannot read '\(file)'")
      return nil
    }
    return (file, text)
  }

  // MARK: Swift

  private func messageFiles(
    _ description: CompiledDescription, _ path: String, _ views: DescriptionViews,
    _ emitted: inout Set<String>
  ) -> [Output] {
    let (model, schema) = (description.model, description.schema)
    let names = SwiftNames(model)
    let name = Self.outputName(path)
    func file(_ suffix: String, _ imports: [String], _ body: (inout CodeWriter) -> Void) -> Output {
      var out = CodeWriter()
      out.line(
        "// Generated by parsergen from \(path.split(separator: "/").last ?? ""). Do not edit: change the description.")
      out.line()
      for line in imports { out.line(line) }
      out.line()
      body(&out)
      return Output(name: name + suffix + ".swift", text: out.text)
    }
    let runtime = [(access == "public " ? "public " : "") + "import ParserRuntime"]
    emitted.insert(model.root.spec.name)
    let roots = [model.root] + model.roots.dropFirst().filter { emitted.insert($0.spec.name).inserted }
    let tracer = TracePrinter(formats: model.root.spec.meta.sql.formats, names: names)
    let rows = RowPrinter(
      access: access, names: names, specificationName: SpecificationPrinter.name(model.root, names),
      details: schema.details)
    let conformance = SpecificationPrinter(
      access: access, names: names, model: model, schema: schema,
      fingerprint: fingerprint(description.files.map(\.text) + views.sqlite.map(\.sql)), views: views,
      outline: OutlinePrinter(model: model, files: description.files))
    return [
      file("", runtime) { out in
        let printer = MessagePrinter(access: access, names: names, tracer: tracer)
        for type in roots.flatMap(\.withDescendants) {
          if let outer = type.enclosing {
            out.block("extension \(names.path(outer))") { printer.print(type, &$0) }
          } else {
            printer.print(type, &out)
          }
          out.line()
        }
      },
      // Rows are an inner matter; streams are not.
      file("+Rows", schema.streams.isEmpty ? ["import ParserRuntime"] : runtime) { out in
        rows.emit(schema.rows, &out)
        for stream in schema.streams {
          StreamPrinter(access: access, names: names, rows: rows, tracer: tracer).print(stream, &out)
        }
      },
      file("+Specification", runtime) { out in
        conformance.emit(rows, &out)
        conformance.emitTables(&out)
      },
    ]
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
    return SwiftNames.capitalized(file.split(separator: ".").first.map(String.init) ?? file)
  }
}

/// What a description's author has written in SQL: name and statement of each view, and queries to begin with.
struct DescriptionViews {
  var sqlite: [(name: String, sql: String)] = []
  var clickHouse: [(name: String, sql: String)] = []
  var queries: [SpecificationInfo.Query] = []
  /// About values of a kind.
  var valueQueries: [LabelledQueryChecker.Checked] = []
  /// For an overview.
  var overviewQueries: [SpecificationInfo.OverviewQuery] = []
}
