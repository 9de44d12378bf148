public import ParserRuntime

/// Shows a message field by field, whatever the protocol.
public struct MessageTracer: Sendable {
  /// What is known of the description besides its parser.
  public let info: SpecificationInfo
  private let trace: @Sendable (inout ByteReader, inout FieldTree) throws(ParseError) -> Void

  /// - Parameter protocol: the description's generated specification.
  public init<Protocol: Specification>(_ protocol: Protocol.Type) {
    info = Protocol.info
    trace = { (reader, tree) throws(ParseError) in try Protocol.trace(&reader, tree: &tree) }
  }

  /// The message's fields, violated constraints, and what failed; then the fields are those before the failure.
  public func fields(of bytes: [UInt8]) -> (nodes: [FieldNode], issues: [Issue], error: ParseError?) {
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes, isComplete: true)
      var tree = FieldTree()
      do throws(ParseError) {
        try trace(&reader, &tree)
        return (tree.nodes, reader.issues, nil)
      } catch {
        return (tree.nodes, reader.issues, error)
      }
    }
  }
}
