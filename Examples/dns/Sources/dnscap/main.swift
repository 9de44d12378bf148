import Capture
import Foundation

// The description `dns` has become the type `DnsSpecification`.
let arguments = CommandLine.arguments.dropFirst()
do {
  switch (arguments.first, arguments.count) {
  case ("import", 3):
    let (capture, database) = (arguments[2], arguments[3])
    let summaries = try Importer(into: database, as: DnsSpecification.self).run([capture])
    print("\(summaries[0].decoding.messages.total) messages in \(database)")
  case ("validate", 2...):
    let report = try Validator(of: DnsSpecification.self).run(Array(arguments.dropFirst()))
    print(TextReport(report).text)
    if report.findings.contains(where: { $0.kind < .hint }) { exit(1) }
  default:
    print("usage: dnscap import CAPTURE DATABASE\n       dnscap validate CAPTURE…")
    exit(64)
  }
} catch {
  FileHandle.standardError.write(Data("dnscap: \(error)\n".utf8))
  exit(1)
}
