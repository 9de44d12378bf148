// Measures the parser and the stages of an import, and makes traffic.
import Capture
import Foundation
import NanoParser
import ParserRuntime

let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.count) {
case ("traffic", 3...5):
  var traffic = Traffic(megabytes: Int(arguments[3]) ?? 200)
  if arguments.count > 3 { traffic.content = Traffic.Content(rawValue: arguments[4]) ?? .live }
  if arguments.count > 4 { traffic.flows = Int(arguments[5]) ?? traffic.flows }
  try traffic.write(to: arguments[2])
case ("parse", 1):
  print(ParserBenchmark().run().row)
  for kind in Messages.Kind.allCases { print(ParserBenchmark(kind).run().row) }
case ("suite", 1):
  try Suite().run { print($0.row) }
case ("stage", 3):
  // One stage once, for a profiler.
  let stages = ImportStages(of: arguments[3], as: NanoSpecification.self)
  switch arguments[2] {
  case "packets": print(try stages.packets())
  case "segments": print(try stages.segments())
  case "streams": print(try stages.streams())
  case "rows": print(try stages.rows())
  default:
    var batches: [RowBatch] = []
    _ = try stages.rows { batches.append($0) }
    print(try stages.write(batches, to: arguments[3] + ".db"))
  }
default:
  print(
    """
    usage: benchmark suite | parse | stage packets|segments|streams|rows|write FILE
           benchmark traffic FILE MEGABYTES [live|bootstrap|hostile [CONNECTIONS]]
    """)
  exit(64)
}
