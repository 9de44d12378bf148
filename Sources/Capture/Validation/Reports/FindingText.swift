extension Finding {
  /// `FAILURE header.magic (thermo.ksy:9): unexpected contents`.
  var text: String {
    let place = place.map { " (\($0.file):\($0.line))" } ?? ""
    return "\(kind.rawValue.uppercased()) \(name.map { "\($0)\(place): " } ?? "")\(message)"
  }
}

extension Finding.Example {
  /// Where in which capture it happened.
  var place: String {
    "\(file): \(frame.map { "frame \($0), " } ?? "")\(connection), stream offset \(streamOffset)"
  }
}
