// Measures the generated parser: `benchmark parse [SECONDS]`, and makes traffic: `benchmark traffic FILE MEGABYTES`.
import Foundation
import NanoParser
import ParserRuntime

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "traffic" where arguments.count == 4:
  try Traffic(megabytes: Int(arguments[3]) ?? 200).write(to: arguments[2])
case "parse":
  ParserBenchmark().run()
default:
  print("usage: benchmark parse | benchmark traffic FILE MEGABYTES")
  exit(64)
}
