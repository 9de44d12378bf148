import Capture
import ClickHouseStore
import Foundation
import NanoParser
import ParserRuntime

// A sensor that a test kills: writes rows to a store as fast as it can, until so many batches are written.
//
// Arguments: the store's address, the state folder, the number of batches, and `votes` if each message is to have a vote with
// three hashes. Prints the first id, `batch` for each that it has written, and `sent` once the store has everything.

let arguments = CommandLine.arguments
let info = NanoSpecification.info
var sensor = SensorOptions(stateFolder: arguments[2])
sensor.sealTime = 0.005
var options = ClickHouseStore.Options()
options.sensor = sensor
let store = try ClickHouseStore(try ClickHouseAddress(arguments[1]), for: info, options: options)
let session = try store.open(for: .sharing)
let ids = try session.nextIDs()
let hasVotes = arguments.contains("votes")
let votes = info.tables.firstIndex { $0.name == "vote" } ?? 0
let hashes = info.tables[votes].columns.firstIndex { $0.name == "hashes" } ?? 0
// At once, and not when there is more.
func tell(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
tell("first \(ids[0])")
try session.withSink { sink in
  var rows = RowBatch(nextIDs: ids)
  for batch in 0..<(Int(arguments[3]) ?? 0) {
    // A message and what belongs to it, with the columns by their numbers.
    for number in 0..<50 {
      let message = rows.newID(table: 0)
      for host in 0..<2 {
        var row = rows.begin(table: 1, id: rows.newID(table: 1), link: RowLink(message: message))
        row.text(2, "::\(host)")
        row.integer(3, 7075)
        row.end()
      }
      if hasVotes {
        var vote = rows.begin(table: votes, id: rows.newID(table: votes), link: RowLink(message: message))
        vote.text(hashes, "\(message)-0,\(message)-1,\(message)-2")
        vote.end()
      }
      var row = rows.begin(table: 0, id: message)
      row.integer(EngineTables.Message.time.rawValue, 1_795_694_400_000_000 + batch * 50 + number)
      row.end()
    }
    try sink.write(rows)
    rows = RowBatch(after: rows)
    tell("batch")
  }
}
try session.drain { _ in true }
try session.close()
tell("sent")
