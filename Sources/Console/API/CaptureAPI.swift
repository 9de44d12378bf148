import ParserRuntime
import Capture
import Foundation
import HTTPTypes
import Hummingbird

// The original has these as GET, and answers with an empty object; they are POST too. Requests of other sites do not come so far: see RequestGuard.
extension ConsoleDesk {
  private static let startBody = Schema.object([
    ("interface", .omittable(.filled("its name; without it the configuration's"))),
    ("filter", .omittable(.string("BPF; empty: the description's ports; without it the configuration's"))),
    ("detect", .omittable(.boolean("look for the protocol on other ports too"))),
    ("raw_details", .omittable(.boolean("store messages as they were on the wire too"))),
    ("seconds", .omittable(.positive("after which the capture ends"))),
    ("packets", .omittable(.integer("after which the capture ends", in: 1...Int(JSON.exactInteger)))),
  ])

  var startOperation: Operation {
    Operation(
      [.get, .post], "/api/v1/capture/start",
      "Start a capture; nothing happens while one runs. What is not said is as the configuration has it",
      body: .json(Self.startBody, isRequired: false), answers: [.json(.object([]))]
    ) { [self] request, _ in
      let wanted = try await captureRequest(request)
      try await changing { try await runner.startCapture(wanted) }
      return .json(.object([]))
    }
  }

  private func captureRequest(_ request: Request) async throws -> CaptureRequest {
    var wanted = CaptureRequest()
    // The original's way to start one has no body, with POST either.
    let hasBody = request.headers[.contentLength].map { $0 != "0" } ?? (request.headers[.transferEncoding] != nil)
    guard request.method == .post, hasBody else { return wanted }
    let body = try await self.body(of: request, as: Self.startBody)
    wanted.interface = try body.textIfAny("interface")
    wanted.filter = try body.textIfAny("filter")
    wanted.detects = try body.flagIfAny("detect")
    wanted.storesBytes = try body.flagIfAny("raw_details")
    wanted.seconds = try body.numberIfAny("seconds")
    wanted.packets = try body.integerIfAny("packets")
    return wanted
  }

  var stopOperation: Operation {
    change("capture/stop", "End the capture or the import that runs; all of it is committed then") { await $0.stop() }
  }

  var rotateOperation: Operation {
    Operation(
      [.post], "/api/v1/capture/rotate",
      "Let the capture that runs go on in another file. What is asked of the console is asked of that one from then on",
      answers: [.json(Schema.object([("database", .string("the file that it goes on in"))]))]
    ) { [self] _, _ in
      try await changing { try await runner.rotateCapture() }
      return .json(["database": .text(runner.store.name)])
    }
  }

  var toggleOperation: Operation {
    change("capture/toggle", "Start a capture, or end the one that runs") { runner in
      if case .capturing = runner.status.activity { await runner.stop() } else { try await runner.startCapture() }
    }
  }

  var destroyOperation: Operation {
    change("capture/destroy", "End what runs, and remove everything from the database") { [queries] runner in
      queries.cancelAll()
      try await runner.removeData()
    }
  }

  private func change(
    _ path: String, _ summary: String, _ body: @escaping @Sendable (ActivityRunner) async throws -> Void
  ) -> Operation {
    Operation([.get, .post], "/api/v1/\(path)", summary, answers: [.json(.object([]))]) { [self] _, _ in
      try await changing { try await body(runner) }
      return .json(.object([]))
    }
  }

  /// What the runner refuses is a conflict, and so is what would write to another database than the console's own.
  func changing<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    if let main {
      throw APIError(
        .conflict, "\(runner.store.name) is only shown here; captures and imports go into \(main.runner.store.name)")
    }
    do {
      return try await body()
    } catch let error as CaptureError {
      throw APIError(.conflict, error.description)
    }
  }
}
