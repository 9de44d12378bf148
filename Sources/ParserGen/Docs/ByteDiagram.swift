/// A picture of where fields lie: rows of eight bytes.
struct ByteDiagram {
  static let width = 8

  struct Cell {
    var label: String
    /// Bytes of the row that the cell takes.
    var span: Int
    /// Whether more of the field follows in the next row, or the field's size is not known.
    var isOpen = false
  }

  /// A row, and the offset of its first byte; nil behind a field whose size varies.
  struct Row {
    var offset: Int?
    var cells: [Cell]
  }

  private(set) var rows: [Row] = []

  init(_ type: TypeDeclaration) {
    var offset: Int? = 0
    var cells: [Cell] = []
    var rowOffset: Int? = 0
    var rows: [Row] = []
    func finish() {
      if !cells.isEmpty { rows.append(Row(offset: rowOffset, cells: cells)) }
      (cells, rowOffset) = ([], offset)
    }
    for field in type.fields {
      guard let size = field.fixedSize else {
        // What varies has a row of its own, and nothing behind it has a known place.
        finish()
        offset = nil
        rows.append(Row(offset: rowOffset, cells: [Cell(label: field.diagramLabel, span: Self.width, isOpen: true)]))
        rowOffset = nil
        continue
      }
      let used = cells.reduce(0) { $0 + $1.span }
      if size > Self.width {
        finish()
        offset = offset.map { $0 + size }
        rows.append(
          Row(offset: rowOffset, cells: [Cell(label: "\(field.diagramLabel) (\(size) bytes)", span: Self.width)]))
        rowOffset = offset
        continue
      }
      offset = offset.map { $0 + size }
      let first = min(size, Self.width - used)
      if first > 0 { cells.append(Cell(label: field.diagramLabel, span: first, isOpen: first < size)) }
      if used + first == Self.width {
        rows.append(Row(offset: rowOffset, cells: cells))
        (cells, rowOffset) = ([], offset.map { $0 - (size - first) })
        if size > first { cells.append(Cell(label: "", span: size - first)) }
      }
    }
    finish()
    self.rows = rows
  }

  /// The picture in characters.
  var text: String {
    let cell = 9
    guard !rows.isEmpty else { return "" }
    func line(_ cells: [Cell]) -> String {
      "       +" + cells.map { String(repeating: "-", count: $0.span * cell - 1) + "+" }.joined()
    }
    var lines = [
      "       " + (0..<Self.width).map { " \($0)".paddedRight(to: cell) }.joined()
    ]
    var above: [Cell] = []
    for row in rows {
      let wider = row.cells.reduce(0) { $0 + $1.span } >= above.reduce(0) { $0 + $1.span } ? row.cells : above
      lines.append(line(wider))
      let offset = row.offset.map(String.init) ?? ""
      lines.append(
        offset.paddedLeft(to: 6) + " |"
          + row.cells.map { part in
            let room = part.span * cell - 1
            let label = part.label.count > room - 1 ? part.label.prefix(max(room - 2, 0)) + "…" : part.label[...]
            return " \(label)".paddedRight(to: room) + (part.isOpen ? ":" : "|")
          }.joined())
      above = row.cells
    }
    lines.append(line(above))
    return lines.joined(separator: "\n")
  }
}

extension AttributeDeclaration {
  /// Bytes of the whole field; nil where they vary.
  fileprivate var fixedSize: Int? { fixedBits.flatMap { $0 % 8 == 0 ? $0 / 8 : nil } }

  fileprivate var diagramLabel: String {
    var label = spec.isNamed ? name : "(no name)"
    if let repetition = repetitionText { label += " × \(repetition)" }
    if spec.condition != nil { label += "?" }
    return label
  }
}

extension String {
  fileprivate func paddedRight(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
  fileprivate func paddedLeft(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
