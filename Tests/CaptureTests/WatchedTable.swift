@testable import Capture

/// A flow table, and what it tells.
final class WatchedTable {
  var closed: [CloseReason] = []
  /// Those that were closed, by the order in which they were opened.
  var closedFlows: [Int64] = []
  var opened = 0
  let table: FlowTable

  init(_ limits: FlowLimits) {
    var open: () -> Int = { 0 }
    var close: (Int64, CloseReason) -> Void = { _, _ in }
    table = FlowTable(
      servicePorts: [7075], limits: limits,
      events: FlowTable.Events(
        open: { _, _, _, _ in (Int64(open()), Recorder()) }, close: { flow, reason in close(flow.id, reason) }))
    open = { [unowned self] in
      opened += 1
      return opened
    }
    close = { [unowned self] flow, reason in
      closed.append(reason)
      closedFlows.append(flow)
    }
  }

  /// Gives packets to the table as those of a client on that port.
  func receive(_ packets: [Connection.Packet], port: UInt16) {
    for packet in packets {
      Connection().deliver(packet) { segment in
        var segment = segment
        if packet.direction == 0 {
          segment.source = Endpoint(address: segment.source.address, port: port)
        } else {
          segment.destination = Endpoint(address: segment.destination.address, port: port)
        }
        table.receive(segment)
      }
    }
  }
}
