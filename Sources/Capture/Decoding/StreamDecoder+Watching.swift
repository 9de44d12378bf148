import ParserRuntime

// What the decoder tells those who watch it.
extension StreamDecoder {
  /// Shows a unit that has been parsed; first what its constraints have found.
  func show(
    _ tree: FieldTree, _ kind: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ reader: ByteReader,
    _ message: Int64, _ chunk: Chunk, _ counterparts: Counterparts = Counterparts()
  ) {
    let whole = UnsafeRawBufferPointer(rebasing: bytes[..<reader.position])
    report(reader.issues, message, chunk) { issue in
      output.observer?.violated(issue, decodedUnit(kind, whole, chunk, at: issue.offset, tree))
    }
    var unit = decodedUnit(kind, whole, chunk, at: 0, tree)
    unit.counterparts = counterparts
    output.observer?.parsed(unit)
  }

  /// - Parameter offset: the place in the unit whose frame is wanted.
  func decodedUnit(
    _ kind: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ chunk: Chunk, at offset: Int, _ tree: FieldTree
  ) -> DecodedUnit {
    var fields = tree
    fields.closeAll()
    let start = directions[chunk.direction].offset
    return DecodedUnit(
      kind: kind, flow: flow, direction: chunk.direction, offset: start,
      frame: directions[chunk.direction].frame(at: start + Int64(offset)),
      time: chunk.time, bytes: bytes, fields: fields)
  }
}
