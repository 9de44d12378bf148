import Foundation
public import ParserRuntime

/// A value as somebody has written it, and the columns in which it is looked for.
public struct ValueSearch: Sendable {
  /// Which columns are looked into.
  public enum Scope: Sendable {
    /// Those that the description says a kind of.
    case kinds
    /// All that hold values of messages.
    case everywhere
  }

  /// A column that may have the value.
  package struct Place: Sendable {
    package var table: SpecificationInfo.Table
    package var column: SpecificationInfo.Column
    /// What the column has where it has the value; of a list, what one of its elements is.
    package var values: [QueryValue]
    package var owner: Owner

    /// What the column is where rows are found by the values of its lists.
    package var valueList: SpecificationInfo.ValueList? { table.valueLists.first { $0.column == column } }
  }

  /// What a row of a table with values belongs to.
  package enum Owner: Sendable {
    /// The row is a message's own.
    case message
    /// The row is of a message, whose id is in `packet_id`.
    case content
    /// The row is a connection's own.
    case flow
  }

  /// The value without blanks around it.
  public let text: String
  /// All the ways in which it may be written, each once; the first one is `text`.
  public let spellings: [String]
  package private(set) var places: [Place]

  /// - Parameters:
  ///   - text: of any case where it is hexadecimal; an address may have brackets and a port.
  ///   - info: of the description whose tables are looked into.
  public init(_ text: String, in info: SpecificationInfo, _ scope: Scope) {
    let text = text.filter { $0 != "\0" }.trimmingCharacters(in: .whitespacesAndNewlines)
    self.text = text
    let spelled = ValueSpellings(text, kinds: info.valueKinds)
    spellings = spelled.all
    let messageColumns = Set(EngineTables.messageColumns.map(\.name))
    places = ([EngineTables.flow] + info.tables).flatMap { table -> [Place] in
      let owner: Owner =
        table.name == EngineTables.flow.name ? .flow : table.name == "message" ? .message : .content
      return table.columns.compactMap { column in
        guard column.role == .value, !(owner == .message && messageColumns.contains(column.name)) else { return nil }
        // The engine's own figures say nothing of messages.
        guard !column.kinds.isEmpty || scope == .everywhere && owner != .flow else { return nil }
        let forms = Forms(spelled.texts(of: column.kinds))
        let values = column.isList ? forms.texts : forms.values(of: column.type)
        return values.isEmpty ? nil : Place(table: table, column: column, values: values, owner: owner)
      }
    }
  }

  /// The same search in some of its columns only.
  /// - Parameter isWanted: whether a column is one of them, by its table's name and its own.
  public func narrowed(to isWanted: (_ table: String, _ column: String) -> Bool) -> ValueSearch {
    var search = self
    search.places.removeAll { !isWanted($0.table.name, $0.column.name) }
    return search
  }

  /// The value as columns of each type have it.
  private struct Forms {
    let texts: [QueryValue]
    private let integer: Int64?
    private let real: Double?
    private let bytes: [UInt8]?

    init(_ spellings: [String]) {
      texts = spellings.map { .text($0) }
      let text = spellings.first ?? ""
      // Unsigned ones of 64 bits are stored as signed ones of the same bits.
      integer = Int64(text) ?? UInt64(text).map { Int64(bitPattern: $0) }
      // Others than these are numbers too, such as those of hexadecimal digits, but not to be taken for some.
      real = text.wholeMatch(of: /[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?/).flatMap { Double($0.output) }
      bytes = spellings.lazy.compactMap { Array(hex: $0) }.first
    }

    func values(of type: SpecificationInfo.ColumnType) -> [QueryValue] {
      switch type {
      case .signed, .unsigned: integer.map { [.integer($0)] } ?? []
      case .real: real.map { [.real($0)] } ?? []
      case .text: texts
      case .blob: bytes.map { [.blob($0)] } ?? []
      case .any: texts + (integer.map { [.integer($0)] } ?? [])
      }
    }
  }
}

/// The ways in which a value may be written.
struct ValueSpellings {
  /// As it was given, and as columns of any kind may have it.
  private let general: [String]
  private let byKind: [(kind: String, texts: [String])]

  init(_ text: String, kinds: [SpecificationInfo.ValueKind]) {
    // Bytes are stored as digits in capitals.
    let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]
    let capitals = Array(hex: digits) == nil ? nil : digits.uppercased()
    general = [text, capitals, Self.address(text)].compactMap(\.self)
    byKind = kinds.map { kind in (kind.name, kind.spellings.compactMap { $0.text(text) }) }
  }

  /// Each once; the first one is as it was given.
  var all: [String] { once(general + byKind.flatMap(\.texts)) }

  /// Those that a column of these kinds may have; all, where it is of none.
  func texts(of kinds: [String]) -> [String] {
    kinds.isEmpty ? all : once(general + byKind.filter { kinds.contains($0.kind) }.flatMap(\.texts))
  }

  private func once(_ texts: [String]) -> [String] {
    texts.filter { !$0.isEmpty }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// An address as it is stored, without brackets and port.
  private static func address(_ text: String) -> String? {
    let endpoint = text.wholeMatch(of: /\[([^\]]+)\](?::\d+)?|([0-9.]+):\d+/)
    let address = endpoint.map { String($0.output.1 ?? $0.output.2 ?? "") } ?? text
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, address, &bytes) == 1 { return ipText(Array(bytes.prefix(4))) }
    return inet_pton(AF_INET6, address, &bytes) == 1 ? ipText(bytes) : nil
  }
}

extension [UInt8] {
  /// Of pairs of hexadecimal digits, in any case; nil for anything else, and for nothing.
  fileprivate init?(hex text: some StringProtocol) {
    let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard !digits.isEmpty, digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
    let values = digits.compactMap(\.self)
    self = stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}
