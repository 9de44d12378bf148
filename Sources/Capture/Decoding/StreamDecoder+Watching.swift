import ParserRuntime

// What the decoder tells those who watch it.
extension StreamDecoder {
  /// Shows a unit that has been parsed. It is parsed once more for that, field by field.
  func watch(
    _ kind: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ length: Int, _ chunk: Chunk,
    _ parse: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void
  ) {
    guard let observer = output.observer else { return }
    var tree = FieldTree()
    var reader = ByteReader(bytes, isComplete: chunk.isLast)
    do throws(ParseError) {
      try parse(&reader, &tree)
    } catch {
      return assertionFailure("a unit that was parsed cannot be parsed again: \(error)")
    }
    let whole = UnsafeRawBufferPointer(rebasing: bytes[..<length])
    observer.parsed(decodedUnit(kind, whole, chunk, at: 0, tree))
  }

  /// - Parameter offset: the place in the unit whose frame is wanted.
  func decodedUnit(
    _ kind: DecodedUnit.Kind, _ bytes: UnsafeRawBufferPointer, _ chunk: Chunk, at offset: Int, _ tree: FieldTree
  ) -> DecodedUnit {
    let start = directions[chunk.direction].offset
    return DecodedUnit(
      kind: kind, flow: flow, direction: chunk.direction, offset: start,
      frame: directions[chunk.direction].frame(at: start + Int64(offset)),
      time: chunk.time, bytes: bytes, nodes: tree.nodes)
  }
}
