public import ParserRuntime

/// Shows a message field by field, whatever the protocol.
public struct MessageTracer: Sendable {
  /// What is known of the description besides its parser.
  public let info: SpecificationInfo
  /// What each direction may speak.
  private let formats: [[any MessageFormat.Type]]

  /// - Parameter specification: the description's generated specification.
  public init(_ specification: any Specification.Type) {
    info = specification.info
    formats = (0...1).map { specification.states.formats($0) }
  }

  /// The message's fields, violated constraints, and what failed; then the fields are those before the failure.
  ///
  /// The state that the connection was in is not known. Of the messages that may be meant, it is the first that takes all
  /// bytes and holds its constraints.
  /// - Parameters:
  ///   - direction: 0 from the connection's initiator, 1 to it.
  ///   - transport: what carried the message.
  public func fields(
    of bytes: [UInt8], direction: Int, from transport: Transport
  ) -> (fields: FieldTree, issues: [Issue], error: ParseError?) {
    let readings = formats[direction].map { fields(of: bytes, as: $0, from: transport) }
    let whole = readings.filter { $0.error == nil && $0.length == bytes.count }
    let best = whole.first { $0.issues.isEmpty } ?? whole.first ?? readings[0]
    return (best.fields, best.issues, best.error)
  }

  private func fields(
    of bytes: [UInt8], as format: any MessageFormat.Type, from transport: Transport
  ) -> (fields: FieldTree, issues: [Issue], error: ParseError?, length: Int) {
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes, isComplete: true)
      reader.isDatagram = transport == .udp
      var tree = FieldTree()
      do throws(ParseError) {
        try format.trace(&reader, tree: &tree)
        return (tree, reader.issues, nil, reader.position)
      } catch {
        tree.closeAll()
        return (tree, reader.issues, error, reader.position)
      }
    }
  }
}
