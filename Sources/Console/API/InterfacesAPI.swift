import Capture
import Hummingbird
import ParserRuntime

// What a capture can be started with.
extension ConsoleDesk {
  var interfacesOperation: Operation {
    let interface = Schema.object([
      ("name", .string()), ("description", .nullable(.string())), ("addresses", .array(of: .string())),
      ("up", .boolean()), ("loopback", .boolean("leads back to this machine")),
      ("packets", .nullable(.integer("carried since the system started, in both directions"))),
      ("bytes", .nullable(.integer())),
    ])
    return Operation(
      [.get], "/api/v1/interfaces", "Network interfaces that can be captured on, with what they carry",
      answers: [
        .json(
          .object([
            ("interfaces", .array(of: interface)),
            ("filter", .string("BPF: what a capture takes where no filter is given")),
          ]))
      ]
    ) { [self] _, _ in
      let interfaces = try await changing { try NetworkInterface.all() }
      return .json([
        "interfaces": .array(interfaces.map(Self.json)), "filter": .text(CaptureFilter.standard(runner.info)),
      ])
    }
  }

  private static func json(_ interface: NetworkInterface) -> JSON {
    let traffic = interface.traffic
    return [
      "name": .text(interface.name), "description": .optional(interface.description),
      "addresses": .array(interface.addresses.map { .text($0) }), "up": .bool(interface.isUp),
      "loopback": .bool(interface.isLoopback), "packets": .optional(traffic?.packets),
      "bytes": .optional(traffic?.bytes),
    ]
  }

  private static let filterBody = Schema.object([("filter", .string("BPF"))])

  var filterOperation: Operation {
    Operation(
      [.post], "/api/v1/capture/filter", "Whether a text is a BPF filter", body: .json(Self.filterBody),
      answers: [.json(.object([("error", .nullable(.string("why it is none")))]))]
    ) { [self] request, _ in
      let body = try await self.body(of: request, as: Self.filterBody)
      let filter = try body.text("filter")
      do throws(CaptureError) {
        if !filter.isEmpty { try CaptureFilter.check(filter) }
        return .json(["error": .null])
      } catch {
        return .json(["error": .text(error.description)])
      }
    }
  }
}
