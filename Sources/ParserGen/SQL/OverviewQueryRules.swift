import ParserRuntime

/// What queries of an overview are like. Each tells of the messages of a time:
///
///     -- bar: Readings by sensor
///     SELECT sensor, count(*) FROM reading JOIN message ON message.id = packet_id
///     WHERE time_us >= :from_us AND time_us < :to_us GROUP BY sensor;
struct OverviewQueryRules {
  private typealias Query = SpecificationInfo.OverviewQuery

  private static let table = "table"

  /// Checks files of such queries, whose labels say how a result is shown.
  func checker(_ diagnostics: Diagnostics) -> LabelledQueryChecker {
    let labels = [Self.table] + Query.Chart.allCases.map(\.rawValue)
    let rules = LabelledQueryChecker.Rules(
      comment: "how its result is shown and what it tells: -- table: The busiest sensors",
      labelProblem: { label in
        labels.contains(label)
          ? nil
          : "a result is shown as \(labels.joined(separator: ", ")), not as '\(label)'"
            + suggestion(for: label, among: labels)
      },
      parameterProblem: { _, parameters in
        if let problem = LabelledQueryChecker.Rules.unknownParameter(parameters, known: Query.parameters) {
          return problem
        }
        let missing = Query.parameters.prefix(2).filter { !parameters.contains($0) }
        return missing.isEmpty ? nil : "does not keep to the time: it lacks \(missing.joined(separator: " and "))"
      },
      resultProblem: { label, columns in
        label == Self.table || columns > 1
          ? nil : "cannot be drawn: behind the column that says what is drawn it lacks one of numbers"
      })
    return LabelledQueryChecker(rules: rules, diagnostics: diagnostics)
  }
}
