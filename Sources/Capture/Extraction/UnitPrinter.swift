public import ParserRuntime

/// How a unit is printed.
protocol UnitLayout {
  mutating func append(_ unit: TracedUnit, to text: inout TextBuffer)
}

/// Prints units field by field, or in a line each, in large pieces.
public final class UnitPrinter {
  /// What units are printed as.
  public enum Format: Sendable {
    /// A tree for a terminal, with or without what the description says of the fields, and an empty line behind it.
    case tree(hasDocs: Bool)
    /// An object of JSON on a line.
    case json
    /// A line: number, time, who sent it to whom, type, and what the specification tells of it in a line.
    case line(any Specification.Type)
  }

  private static let pieceSize = 1 << 14

  private var layout: any UnitLayout
  private var text = TextBuffer()
  private let isImmediate: Bool
  private let write: (UnsafeRawBufferPointer) throws(CaptureError) -> Void
  /// Units so far.
  public private(set) var count = 0

  /// - Parameters:
  ///   - outline: of the description that the units were parsed with.
  ///   - isImmediate: whether each unit is written at once, as somebody at a terminal wants it.
  ///   - write: takes a piece of the text.
  public init(
    _ format: Format, _ outline: DescriptionOutline, isImmediate: Bool,
    write: @escaping (UnsafeRawBufferPointer) throws(CaptureError) -> Void
  ) {
    layout =
      switch format {
      case .tree(let hasDocs): FieldTreeText(outline, hasDocs: hasDocs)
      case .json: FieldJSON(outline)
      case .line(let specification): UnitLine(specification)
      }
    self.isImmediate = isImmediate
    self.write = write
  }

  /// Prints a unit.
  public func print(_ unit: TracedUnit) throws(CaptureError) {
    count += 1
    layout.append(unit, to: &text)
    if isImmediate || text.count >= Self.pieceSize { try flush() }
  }

  /// Writes what has not been written yet.
  public func flush() throws(CaptureError) {
    guard text.count > 0 else { return }
    defer { text.removeAll() }
    try text.withBytes(write)
  }
}
