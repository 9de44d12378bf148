/// Why messages cannot be exported as they are asked for.
public enum ExportError: Error, Hashable {
  /// The filter lets no message through, so there is no packet.
  case noMessages
  /// The bytes of so many messages are not to be had, and why.
  case noBytes(messages: Int, reason: String)
  /// So many bytes of the messages are not in the capture file that they were imported from.
  case notInCapture(file: String, bytes: Int64)
  /// The packets are of several link types, by their names; a pcap file has one.
  case linkTypes(String, String)
  /// The addresses of a connection are none that a packet can have.
  case addresses(flow: Int64, String, String)
}

extension ExportError: CustomStringConvertible {
  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .noMessages: "there is no such message, so there is no packet; choose another filter"
    case .noBytes(let messages, let reason):
      "the bytes of \(messages) \(messages == 1 ? "message" : "messages") cannot be had: \(reason); CSV needs none"
    case .notInCapture(let file, let bytes):
      "\(file): \(bytes) bytes of the messages are not found in it, though it is the capture that was imported"
    case .linkTypes(let first, let second):
      "the packets are of the link types \(first) and \(second), and a pcap file has one: choose pcapng"
    case .addresses(let flow, let initiator, let responder):
      "connection \(flow) is between '\(initiator)' and '\(responder)', which are no addresses of packets"
    }
  }
}
