import Foundation
import Testing

/// Which messages of a capture answer which, as tshark has it.
struct SharkAnswers {
  struct Answer {
    /// The places of the request and its answer among all messages, from 1.
    var request: Int
    var place: Int
    /// From the one to the other, in whole microseconds of both.
    var delay: Int
    var values: [String]
  }

  let answers: [Answer]

  /// - Parameters:
  ///   - filter: for the frames with messages, of which each has one.
  ///   - request: the field that names the frame of an answer's request.
  ///   - fields: whose values are wanted too.
  init(_ capture: String, _ filter: String, request: String, _ fields: String...) throws {
    let names = ["frame.number", "frame.time_epoch", request] + fields
    let shark = try run(
      URL(filePath: "/usr/bin/env"),
      ["tshark", "-r", capture, "-Y", filter, "-T", "fields"] + names.flatMap { ["-e", $0] })
    try #require(shark.status == 0, "\(shark.errors)")
    let rows = shark.output.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    let places = Dictionary(uniqueKeysWithValues: zip(rows.map { $0[0] }, rows.indices))
    answers = rows.enumerated().compactMap { place, row in
      places[row[2]].map { request in
        let delay = Self.microseconds(row[1]) - Self.microseconds(rows[request][1])
        return Answer(request: request + 1, place: place + 1, delay: delay, values: Array(row.dropFirst(3)))
      }
    }
  }

  /// Of seconds with nine digits behind the point.
  private static func microseconds(_ time: String) -> Int { (Int(time.replacing(".", with: "")) ?? 0) / 1000 }
}
