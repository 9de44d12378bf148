/// Writes the statements that show values to a trace.
struct TraceEmitter {
  /// Formats that the description names, and the Swift function of each.
  let formats: [String: String]

  /// - Parameters:
  ///   - value: code of the field's value, or of one element's.
  ///   - place, length: code of the offset from the message's first byte, and of the bytes.
  func field(
    _ field: Field, _ value: String, index: String, at place: String, length: String, _ out: inout SwiftWriter
  ) {
    guard let traced = field.elementType.traced(value) else { return }
    let text = self.text(field.sql, field.elementType, value) ?? "nil"
    out.line(
      "trace.field(\(swiftLiteral(field.name)), index: \(index), at: \(place), length: \(length), \(traced), "
        + "text: \(text))")
  }

  /// Code that shows a value without a format of its own.
  func plain(_ name: String, _ value: String, index: String, at place: String, length: String) -> String {
    "trace.field(\(swiftLiteral(name)), index: \(index), at: \(place), length: \(length), \(value), text: nil)"
  }

  /// Shows an instance of the value that has just been parsed.
  func instance(_ instance: Instance, _ out: inout SwiftWriter) {
    guard let traced = instance.type.traced("$0") else { return }
    let name = SwiftNames.member(instance.name)
    let access = instance.isThrowing ? "(try? self.\(name))" : "self.\(name)"
    let isOptional = instance.isThrowing || instance.isOptional
    func shown(_ code: String) -> String { isOptional ? "\(access).map { \(code) }" : code }
    let value = isOptional ? "\(access).map { TraceValue\(traced) }" : instance.type.traced(access) ?? "nil"
    let text =
      instance.spec.sql.flatMap { self.text($0, instance.type, isOptional ? "$0" : access) }.map(shown) ?? "nil"
    out.line("trace.instance(\(swiftLiteral(instance.name)), at: reader.offset, \(value), text: \(text))")
  }

  /// Code of the text in the first format of the columns that says more than the value does.
  private func text(_ sql: AttributeSQL, _ type: ValueType, _ value: String) -> String? {
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
