/// Prints the statements that show values to a trace.
struct TracePrinter {
  /// Formats that the description names, and the Swift function of each.
  let formats: [String: String]
  let names: SwiftNames

  /// - Parameter value: code of the attribute's value, or of one element's.
  func field(
    _ attribute: AttributeDeclaration, _ type: DataType, _ value: String, _ place: MessageReadPrinter.Place,
    _ out: inout CodeWriter
  ) {
    guard let traced = type.traced(value) else { return }
    // Bytes need no array to be shown.
    let shown = if case .bytes = type { "bytes: \(value)" } else { traced }
    out.line(
      "trace.field(\(swiftLiteral(attribute.traceName)), index: \(place.index), at: \(place.offset), "
        + "length: \(place.length), \(shown), text: \(text(attribute.columns, type, value) ?? "nil"))")
  }

  /// Code that shows a value without a format of its own.
  func plain(_ attribute: AttributeDeclaration, _ value: String, _ place: MessageReadPrinter.Place) -> String {
    "trace.field(\(swiftLiteral(attribute.traceName)), index: \(place.index), at: \(place.offset), "
      + "length: \(place.length), \(value), text: nil)"
  }

  /// Whether an instance has a value that can be shown.
  func shows(_ instance: ComputedProgram) -> Bool { instance.attribute.type.traced("$0") != nil }

  /// Shows an instance of the value that has just been parsed.
  func instance(_ instance: ComputedProgram, _ out: inout CodeWriter) {
    let attribute = instance.attribute
    guard let traced = attribute.type.traced("$0") else { return }
    let access = attribute.canThrow ? "(try? self.\(names.member(attribute)))" : "self.\(names.member(attribute))"
    let isOptional = attribute.canThrow || attribute.isOptional
    func shown(_ code: String) -> String { isOptional ? "\(access).map { \(code) }" : code }
    let value = isOptional ? "\(access).map { TraceValue\(traced) }" : attribute.type.traced(access) ?? "nil"
    let text =
      attribute.spec.sql.flatMap { self.text($0, attribute.type, isOptional ? "$0" : access) }.map(shown) ?? "nil"
    out.line("trace.instance(\(swiftLiteral(attribute.name)), at: offset, \(value), text: \(text))")
  }

  /// Code of the text in the first format of the columns that says more than the value does.
  private func text(_ sql: AttributeSQL, _ type: DataType, _ value: String) -> String? {
    for column in sql.columns {
      guard let name = column.format?.text else { continue }
      if let function = formats[name] { return "\(function)(\(value))" }
      switch (ColumnFormat.named[name], type) {
      case (.ip, .bytes): return "ipText(\(value))"
      case (.decimal, .bytes): return "decimalText(\(value))"
      case (.hex, .integer): return "\"0x\" + String(\(value), radix: 16)"
      case (.text, .bytes): return "try? (\(value)).text(.utf8)"
      default: continue
      }
    }
    return nil
  }
}

extension DataType {
  /// Code of the `TraceValue` of a value; nil for values that are traced by their parts.
  func traced(_ value: String) -> String? {
    switch self {
    case .integer: ".integer(Int128(\(value)))"
    case .float: ".float(\(value))"
    case .boolean: ".boolean(\(value))"
    case .string: ".text(\(value))"
    case .bytes: ".bytes(\(value).bytes)"
    case .enumeration: ".enumeration(Int64(truncatingIfNeeded: \(value).rawValue), name: \(value).name)"
    default: nil
    }
  }
}

extension AttributeDeclaration {
  /// A field gets a column where it says nothing else.
  var columns: AttributeSQL { spec.sql ?? AttributeSQL() }
}
