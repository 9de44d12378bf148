/// Which keys of an attribute go together, as far as that can be told without looking any name up.
struct AttributeRules {
  let keys: MappingReader
  let owner: TypeSpec
  let spec: AttributeSpec
  /// Whether every key was understood; else what seems to be missing may be there under a wrong name.
  let isWhole: Bool

  private enum Kind {
    case bytes, number(String), float(String), string, user, choice

    /// Keys that mean nothing to this kind.
    var foreignKeys: [String] {
      switch self {
      case .bytes: ["encoding"]
      case .number, .float: ["contents", "size", "size-eos", "pad-right", "encoding", "process", "parent"]
      case .string: ["contents", "process", "parent"]
      case .user: ["contents", "encoding"]
      case .choice: ["contents"]
      }
    }

    var name: String {
      switch self {
      case .bytes: "bytes"
      case .number(let name), .float(let name): "'\(name)'"
      case .string: "a string"
      case .user: "a type of the description"
      case .choice: "a switched type"
      }
    }
  }

  func check() {
    // What a broken type goes with is unknown.
    guard spec.type != nil || !keys.has("type") else { return }
    let kind = kind
    checkForeignKeys(kind)
    checkSize(kind)
    checkWithoutEffect()
    checkTypes()
    if keys.has("contents"), keys.has("valid") {
      complain(at: keys.keyLocation("valid"), "an attribute has either 'contents' or 'valid'")
    }
  }

  private var kind: Kind {
    switch spec.type {
    case nil: return .bytes
    case .choice: return .choice
    case .plain(let type):
      switch BuiltinTypeName(type) {
      case .integer, .bits: return .number(type.text)
      case .float: return .float(type.text)
      case .string: return .string
      case nil: return .user
      }
    }
  }

  // MARK: Keys

  private func checkForeignKeys(_ kind: Kind) {
    for key in kind.foreignKeys where keys.has(key) {
      keys.complain(keys.keyLocation(key), key, message(key, kind))
    }
    if keys.has("enum"), !hasInteger {
      keys.complain(keys.keyLocation("enum"), "enum", "only an integer can have an 'enum'")
    }
  }

  /// Whether the attribute, or a case of its switch, is an integer.
  private var hasInteger: Bool {
    uses { type in
      switch type {
      case .integer, .bits: true
      case .float, .string: false
      }
    }
  }

  private func message(_ key: String, _ kind: Kind) -> String {
    switch (key, kind) {
    case ("contents", _): "an attribute has either 'contents' or 'type'"
    case ("size", .number), ("size-eos", .number), ("size", .float), ("size-eos", .float):
      "\(kind.name) has a size of its own"
    default: "'\(key)' does not go with \(kind.name)"
    }
  }

  /// What Kaitai lets stand although nothing comes of it.
  private func checkWithoutEffect() {
    let isTerminated =
      keys.has("terminator") || uses { if case .string(isTerminated: true) = $0 { true } else { false } }
    for key in ["include", "consume", "eos-error"] where keys.has(key) && !isTerminated {
      keys.warn(key, "'\(key)' has no effect without a 'terminator'")
    }
    if keys.has("pad-right"), !keys.has("size"), !keys.has("size-eos") {
      keys.warn("pad-right", "'pad-right' has no effect without a 'size'")
    }
  }

  // MARK: Sizes

  private var isSized: Bool { keys.has("size") || keys.has("terminator") || isSizedToEnd }

  /// `size-eos: false` says nothing; one that could not be read may have meant something.
  private var isSizedToEnd: Bool { keys.has("size-eos") && (spec.sizeToEnd || keys.boolean(at: "size-eos") == nil) }

  private func checkSize(_ kind: Kind) {
    if keys.has("size"), isSizedToEnd, !kind.foreignKeys.contains("size") {
      complain(at: keys.keyLocation("size-eos"), "an attribute has either 'size' or 'size-eos'")
    }
    guard isWhole, !isSized else { return }
    switch kind {
    case .bytes where !keys.has("contents"):
      complain(at: spec.location, "bytes need a 'size', 'size-eos: true', 'terminator', 'contents' or a 'type'")
    case .string where !uses({ if case .string(isTerminated: true) = $0 { true } else { false } }):
      complain(at: spec.location, "a string needs a 'size', 'size-eos: true' or a 'terminator'")
    case .user, .choice:
      if keys.has("process") {
        complain(
          at: keys.keyLocation("process"), "'process' needs a 'size', 'size-eos: true' or a 'terminator' beside it")
      }
    default: break
    }
  }

  // MARK: Types

  private func uses(_ test: (BuiltinTypeName) -> Bool) -> Bool {
    types.contains { type, _, _ in BuiltinTypeName(type).map(test) ?? false }
  }

  /// The types that the attribute can have, with the place and the path of each.
  private var types: [(type: TypeName, location: SourceLocation, path: String)] {
    switch spec.type {
    case nil: []
    case .plain(let type): [(type, type.location, spec.path + "/type")]
    case .choice(let choice):
      choice.cases.map { ($0.type, $0.type.location, "\(spec.path)/type/cases/\($0.key)") }
    }
  }

  private func checkTypes() {
    for (type, location, path) in types { check(type, location, path) }
  }

  private func check(_ type: TypeName, _ location: SourceLocation, _ path: String) {
    func complain(_ message: String) { keys.diagnostics.error(location, path: path, message) }
    if type.dimensions > 0 { complain("'\(type.text)' can only be a parameter's type; for a list use 'repeat'") }
    guard let builtin = BuiltinTypeName(type) else { return }
    if !type.arguments.isEmpty { complain("'\(type.text)' takes no parameters") }
    if builtin.needsByteOrder, !owner.says("endian") {
      complain("'\(type.text)' needs a byte order: say '\(type.text)le' or '\(type.text)be', or set 'endian' in 'meta'")
    }
    switch builtin {
    case .bits(let count, _) where count > 64: complain("'\(type.text)' has more than 64 bits")
    case .string(let isTerminated): checkString(isTerminated, type, path)
    default: break
    }
  }

  private func checkString(_ isTerminated: Bool, _ type: TypeName, _ path: String) {
    var isCase = false
    if case .choice = spec.type { isCase = true }
    let place = isCase ? type.location : spec.location
    if !keys.has("encoding"), !owner.says("encoding") {
      keys.diagnostics.error(
        place, path: isCase ? path : spec.path, "a string needs an 'encoding', here or in 'meta'")
    }
    if isCase, isWhole, !isTerminated, !isSized {
      keys.diagnostics.error(
        place, path: path, "this case needs a 'size', 'size-eos: true' or a 'terminator' on the attribute")
    }
  }

  /// A problem of several keys at once, or of one that is missing, is the attribute's.
  private func complain(at location: SourceLocation, _ message: String) {
    keys.diagnostics.error(location, path: spec.path, message)
  }
}

extension TypeSpec {
  /// Whether `meta` has the key, here or in a type around this one.
  fileprivate func says(_ key: String) -> Bool { meta.places[key] != nil || parent?.says(key) ?? false }
}
