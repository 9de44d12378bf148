public import ParserRuntime

/// Shows a message field by field, whatever the protocol.
public struct MessageTracer: Sendable {
  /// What is known of the description besides its parser.
  public let info: SpecificationInfo
  private let specification: any Specification.Type

  /// - Parameter specification: the description's generated specification.
  public init(_ specification: any Specification.Type) {
    info = specification.info
    self.specification = specification
  }

  /// The message's fields, violated constraints, and what failed; then the fields are those before the failure.
  /// - Parameter transport: what carried the message.
  public func fields(of bytes: [UInt8], from transport: Transport) -> (
    fields: FieldTree, issues: [Issue], error: ParseError?
  ) {
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes, isComplete: true)
      reader.isDatagram = transport == .udp
      var tree = FieldTree()
      do throws(ParseError) {
        try specification.trace(&reader, tree: &tree)
        return (tree, reader.issues, nil)
      } catch {
        tree.closeAll()
        return (tree, reader.issues, error)
      }
    }
  }
}
