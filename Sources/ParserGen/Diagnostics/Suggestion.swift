import ParserRuntime

/// `; did you mean 'x'?` for the nearest of the known names, or nothing where none is near.
func suggestion(for name: String, among known: some Sequence<String>) -> String {
  nearestName(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
}
