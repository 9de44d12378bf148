/// The known name that one who wrote another may have meant; nil where none is near.
/// - Parameter looks: how many names of about the same length are looked at. Where thousands of names are alike, and
///   thousands of them wrong, a look at some has to do.
package func nearestName(to name: String, among known: some Sequence<String>, looks: Int = 100) -> String? {
  let letters = Array(name.utf8)
  let limit = max(1, name.count / 3)
  var nearest: (distance: Int, name: String)?
  var compared = 0
  for known in known where abs(known.utf8.count - letters.count) <= limit && compared < looks {
    compared += 1
    guard let distance = editDistance(letters, known.utf8, limit: limit) else { continue }
    if let best = nearest, best <= (distance, known) { continue }
    nearest = (distance, known)
  }
  return nearest?.name
}

/// The number of insertions, deletions, replacements and swaps of neighbours that make one word of the other; nil where
/// it is beyond the limit, which most words are found out to be after a few letters.
private func editDistance(_ left: [UInt8], _ word: String.UTF8View, limit: Int) -> Int? {
  guard abs(left.count - word.count) <= limit else { return nil }
  let right = Array(word)
  var before: [Int] = []
  var last = Array(0...right.count)
  for i in 0..<left.count {
    var row = [i + 1]
    row.reserveCapacity(right.count + 1)
    for j in 0..<right.count {
      var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, before[j - 1] + 1) }
      row.append(best)
    }
    // A swap reaches back two rows: only when both are beyond the limit nothing can come of it.
    if row.min() ?? 0 > limit, last.min() ?? 0 > limit { return nil }
    (before, last) = (last, row)
  }
  return last[right.count] <= limit ? last[right.count] : nil
}
