import ParserRuntime
import Capture
import Foundation
import HTTPTypes
import Hummingbird

// The original has these as GET, and answers with an empty object; they are POST too. Requests of other sites do not come so far: see RequestGuard.
extension ConsoleDesk {
  var startOperation: Operation {
    change("capture/start", "Start a capture; nothing happens while one runs") { try await $0.startCapture() }
  }

  var stopOperation: Operation {
    change("capture/stop", "End the capture or the import that runs; all of it is committed then") { await $0.stop() }
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

  /// What the runner refuses is a conflict.
  func changing(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as CaptureError {
      throw APIError(.conflict, error.description)
    }
  }
}
