import ParserRuntime

// What the decoder tells those who watch it.
extension StreamDecoder {
  /// Shows a unit that has been parsed. It is parsed once more for that, field by field.
  func watch(
    _ kind: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ length: Int, _ chunk: Chunk,
    _ parse: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void
  ) {
    guard let observer = output.observer else { return }
    let whole = UnsafeRawBufferPointer(rebasing: bytes[..<length])
    var tree = FieldTree()
    var reader = ByteReader(whole, isComplete: true)
    do throws(ParseError) {
      try parse(&reader, &tree)
      observer.parsed(decodedUnit(kind, whole, chunk, at: 0, tree))
    } catch {
      preconditionFailure("a unit that was parsed cannot be parsed again: \(error)")
    }
  }

  /// - Parameter offset: the place in the unit whose frame is wanted.
  func decodedUnit(
    _ kind: DecodedUnit.Kind?, _ bytes: UnsafeRawBufferPointer, _ chunk: Chunk, at offset: Int, _ tree: FieldTree
  ) -> DecodedUnit {
    let state = directions[chunk.direction]
    return DecodedUnit(
      kind: kind ?? (state.unit == .response ? .response(to: state.streams.first?.request ?? "") : .message(nil)),
      flow: flow, direction: chunk.direction, offset: state.offset,
      frame: state.frame(at: state.offset + Int64(offset)),
      time: chunk.time, bytes: bytes, nodes: tree.nodes)
  }
}
