import Capture

/// A filter for messages, as a user has typed it.
enum FilterText {
  /// What a filter asks for; where it is none, the error shows its place.
  static func condition(_ filter: String) throws(CaptureError) -> MessageCondition {
    do throws(FilterError) { return try FilterLanguage(Program.info).condition(filter) } catch {
      let place = String(repeating: " ", count: error.column - 1)
      throw CaptureError("--filter: \(error.problem)\n  \(filter)\n  \(place)^")
    }
  }
}
