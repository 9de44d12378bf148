/// What queries about values of a kind are like. Each is asked about one value, in any of its spellings.
struct ValueQueryRules {
  /// The kinds that columns have.
  let kinds: [String]
  /// What the description says of kinds.
  let specs: [KindSpec]

  /// Checks files of such queries, whose labels are kinds.
  func checker(_ diagnostics: Diagnostics) -> LabelledQueryChecker {
    let rules = LabelledQueryChecker.Rules(
      comment: "the kind of values and what it tells: -- sensor: What it has shown",
      labelProblem: { kind in
        kinds.contains(kind)
          ? nil : "no column has values of the kind '\(kind)'\(suggestion(for: kind, among: kinds))"
      },
      parameterProblem: { kind, parameters in
        let spellings = specs.first { $0.name.text == kind }?.spellings.map(\.name) ?? []
        let known = (["value"] + spellings).map { ":" + $0 }
        return LabelledQueryChecker.Rules.unknownParameter(parameters, known: known)
          ?? (parameters.isEmpty ? "does not ask about the value: it lacks :value" : nil)
      })
    return LabelledQueryChecker(rules: rules, diagnostics: diagnostics)
  }
}
