/// Where a value stands in a dump: `/chunks/0/body`.
///
/// A list of steps that share their beginnings, since every object has one, and few are ever printed.
indirect enum DumpPath {
  case root
  case member(DumpPath, StaticString)
  case element(DumpPath, Int)
}

extension DumpPath: CustomStringConvertible {
  var description: String {
    var steps: [String] = []
    var path = self
    while true {
      switch path {
      case .root: return "/" + steps.reversed().joined(separator: "/")
      case .member(let parent, let name):
        steps.append(name.description)
        path = parent
      case .element(let parent, let index):
        steps.append(String(index))
        path = parent
      }
    }
  }
}
