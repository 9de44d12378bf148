/// Holds what a description says of kinds of values against the columns that there are.
struct KindChecker {
  let model: Model
  let tables: [TablePlan]
  let diagnostics: Diagnostics

  func check() {
    let columns = tables.flatMap(\.columns)
    // A field whose kind has become no column's is not stored, for whatever reason.
    let stored = Set(columns.flatMap(\.kinds).map(\.location))
    for type in model.types {
      let fields = type.attributes.flatMap { attribute in
        (attribute.spec.sql?.columns ?? []).flatMap(\.kinds).map { ($0, attribute.path("-sql/kind")) }
      }
      let computed = type.spec.sql.computed.flatMap(\.kinds).map { ($0, type.spec.path + "/-sql/computed") }
      for (kind, path) in fields + computed where !stored.contains(kind.location) && isUsed(type) {
        // No error: what is taken out of the tables for a while still compiles.
        diagnostics.warning(
          kind.location, path: path,
          "'kind' is for a value that is a column, and this one is not stored; say it of the fields that it consists of, "
            + "or leave it out")
      }
    }
    let known = SchemaPlan.kinds(of: tables)
    for kind in model.root.spec.meta.sql.kinds.map(\.name) where !known.contains(kind.text) {
      diagnostics.error(
        kind.location, path: "/meta/-sql/kinds/\(kind.text)",
        "no column has values of the kind '\(kind.text)'\(suggestion(for: kind.text, among: known))")
    }
  }

  /// What a file only brings along need not be stored.
  private func isUsed(_ type: TypeDeclaration) -> Bool {
    type.isMessage || !type.userTypes.isEmpty
      || model.types.contains { $0.responseStreams.contains { $0.type === type } }
  }
}
