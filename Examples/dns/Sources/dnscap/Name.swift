extension Dns.Name {
  /// The labels with dots between them, up to a pointer.
  var dotted: String { labels.map(\.text).filter { !$0.isEmpty }.joined(separator: ".") }
}
