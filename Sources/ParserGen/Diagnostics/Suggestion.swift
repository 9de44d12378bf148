/// `; did you mean 'x'?` for the nearest of the known names, or nothing where none is near.
func suggestion(for name: String, among known: some Sequence<String>) -> String {
  let limit = max(1, name.count / 3)
  let nearest = known.map { (distance: editDistance(name, $0), name: $0) }
    .filter { $0.distance <= limit }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
  return nearest.map { "; did you mean '\($0.name)'?" } ?? ""
}

/// The number of insertions, deletions, replacements and swaps of neighbours that make one word of the other.
func editDistance(_ left: String, _ right: String) -> Int {
  let (left, right) = (Array(left), Array(right))
  var rows = [Array(0...right.count)]
  for i in 0..<left.count {
    var row = [i + 1]
    for j in 0..<right.count {
      var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
