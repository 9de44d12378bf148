import Foundation
import Testing

@testable import Console

/// Messages that are downloaded.
@Suite struct ExportTests {
  private let folder: TemporaryFolder
  private let console: TestConsole

  init() async throws {
    folder = try TemporaryFolder()
    let sample = URL(filePath: #filePath).appending(path: "../../../Samples/node-v25-ascending.pcap").standardized
    try FileManager.default.copyItem(at: sample, to: folder.url.appending(path: "a.pcap"))
    console = try await TestConsole.start { [folder] in $0.importFolder = folder.url.path }
    #expect(try await console.post("/api/v1/import", #"{"file": "a.pcap"}"#).status == 200)
    for _ in 0..<3000 where try await console.get("/api/v1/status").object["importing"] as? Bool != false {
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func export(_ parameters: String) async throws -> HTTPAnswer {
    try await console.get("/api/v1/export?\(parameters)")
  }

  @Test func `what a filter lets through is a file of each format`() async throws {
    let all = try await export("format=ndjson")
    #expect(all.status == 200 && all.head.contains("attachment; filename=\"messages.ndjson\""))
    #expect(all.head.contains("application/x-ndjson") && all.head.lowercased().contains("transfer-encoding: chunked"))
    var bodies: [HTTPAnswer] = []
    for format in ["pcap", "pcapng", "csv", "json"] {
      bodies.append(try await export("format=\(format)&where=type+%3D%3D+keepalive"))
    }
    #expect(bodies.allSatisfy { $0.status == 200 && $0.body.count > 100 })
    #expect(bodies[2].text.contains("message,time,source,source_port") && bodies[2].text.contains(",keepalive,"))
    #expect(bodies[3].text.contains("\"name\":\"keepalive\"") && !bodies[3].text.contains("\"name\":\"telemetry_ack\""))
  }

  @Test func `what is wrong is told before a file begins`() async throws {
    for (parameters, status, error) in [
      ("format=pcap&where=type+%3D%3D+nonsense", 400, "nonsense"), ("format=xlsx", 400, "'format'"),
      ("", 400, "'format'"), ("format=pcap&where=length+%3E+1000000", 404, "no such message"),
      ("format=csv&filter=x", 400, "no parameter 'filter'"),
    ] {
      let answer = try await export(parameters)
      #expect(answer.status == status && answer.error.contains(error), "\(parameters): \(answer.text)")
      #expect(!answer.head.contains("Content-Disposition"))
    }
    let misspelt = try await export("format=csv&where=type+%3D%3D+nonsense")
    #expect(misspelt.object["column"] as? Int == 9)
    try FileManager.default.removeItem(at: folder.url.appending(path: "a.pcap"))
    for format in ["pcap", "pcapng", "json", "ndjson"] {
      let answer = try await export("format=\(format)")
      #expect(answer.status == 409 && answer.error.contains("is no longer there"), "\(answer.text)")
    }
    #expect(try await export("format=csv").status == 200)
  }
}
