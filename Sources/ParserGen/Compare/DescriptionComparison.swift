/// What a change of a description means: for the bytes on the wire, for the tables, and for databases that there are.
public struct DescriptionComparison: Codable, Sendable {
  /// Something that is new, gone, or different.
  public struct Change: Codable, Sendable, Equatable {
    /// `header.length`, `kind::reading`, `reading.value`.
    public var place: String
    /// What of it: `type`, `size`, `if`, `case …`; empty where the whole is new or gone.
    public var aspect: String
    /// nil: it was not there.
    public var before: String?
    /// nil: it is no longer there.
    public var after: String?
  }

  /// What messages consist of and what they mean.
  public var wire: [Change]
  /// What tables and columns there are.
  public var schema: [Change]
  /// Why a database of the old description cannot be written to with the new one; empty if it can.
  public var obstacles: [String]

  /// Whether databases of the old description are extended without a word.
  public var migrates: Bool { obstacles.isEmpty }
  /// Whether both mean the same.
  public var isEmpty: Bool { wire.isEmpty && schema.isEmpty }

  init(before: CompiledDescription, after: CompiledDescription) {
    wire = Self.changes(WireFacts(before.model).facts, WireFacts(after.model).facts)
    let (old, new) = (SchemaFacts(before.schema), SchemaFacts(after.schema))
    schema = Self.changes(old.facts, new.facts)
    obstacles = old.obstacles(to: new)
  }

  /// Facts of one place, in the order of the description.
  typealias Facts = [(place: String, aspects: [(aspect: String, value: String)])]

  private static func changes(_ before: Facts, _ after: Facts) -> [Change] {
    let old = Dictionary(before) { first, _ in first }
    let new = Dictionary(after) { first, _ in first }
    var changes: [Change] = []
    for (place, aspects) in after {
      guard let was = old[place] else {
        changes.append(Change(place: place, aspect: "", before: nil, after: summary(aspects)))
        continue
      }
      let values = Dictionary(was) { first, _ in first }
      for (aspect, value) in aspects where values[aspect] != value {
        changes.append(Change(place: place, aspect: aspect, before: values[aspect], after: value))
      }
      for (aspect, value) in was where !aspects.contains(where: { $0.aspect == aspect }) {
        changes.append(Change(place: place, aspect: aspect, before: value, after: nil))
      }
    }
    for (place, aspects) in before where new[place] == nil {
      changes.append(Change(place: place, aspect: "", before: summary(aspects), after: nil))
    }
    return changes
  }

  private static func summary(_ aspects: [(aspect: String, value: String)]) -> String {
    aspects.map { "\($0.aspect) \($0.value)" }.joined(separator: ", ")
  }
}

extension DescriptionComparison {
  /// The comparison for a terminal.
  public var text: String {
    var lines = section("Wire", wire, "nothing that changes what bytes mean")
    lines += section("Schema", schema, "the tables are the same")
    lines.append(
      migrates
        ? "Databases of the old description: are extended when they are opened"
        : "Databases of the old description: cannot be written to with the new one")
    lines += obstacles.map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String, _ changes: [Change], _ nothing: String) -> [String] {
    guard !changes.isEmpty else { return ["\(title): \(nothing)"] }
    return [title] + changes.map { "  " + line($0) }
  }

  private func line(_ change: Change) -> String {
    let what = change.aspect.isEmpty ? change.place : "\(change.place): \(change.aspect)"
    switch (change.before, change.after) {
    case (nil, let new?): return "+ \(what)\(change.aspect.isEmpty ? " (\(new))" : " \(new)")"
    case (let old?, nil): return "- \(what)\(change.aspect.isEmpty ? " (\(old))" : " \(old)")"
    case (let old, let new): return "~ \(what) \(old ?? "") -> \(new ?? "")"
    }
  }
}

/// A description with its tables, and the files it was read from.
struct CompiledDescription {
  var model: Model
  var schema: SchemaPlan
  var files: [(path: String, text: String)]
}
