import Foundation
import Testing

/// A wrong edit of `nano.ksy`, and the places of which one must be named when traffic is held against it.
struct Mutation: Sendable {
  var name: String
  /// The type, enum or other key in whose block the edit is.
  var block: String
  var edit: Edit
  /// `type.member`, or a type.
  var places: Set<String>

  enum Edit: Sendable {
    /// The occurrence counts from 0.
    case replace(String, String, occurrence: Int)
    /// Two fields have each other's name.
    case swap(String, String)
  }

  init(_ name: String, _ block: String, _ old: String, _ new: String, at occurrence: Int = 0, _ places: String...) {
    (self.name, self.block, self.places) = (name, block, Set(places))
    edit = .replace(old, new, occurrence: occurrence)
  }

  init(swapping left: String, _ right: String, in block: String) {
    (name, self.block) = ("\(left) and \(right)", block)
    places = ["\(block).\(left)", "\(block).\(right)"]
    edit = .swap(left, right)
  }

  func apply(to text: String) throws -> String {
    let start = try #require(
      text.range(of: "\n  \(block):\n") ?? text.range(of: "\n\(block):\n"), "\(name): no \(block)")
    let end = text[start.upperBound...].range(of: "\n\n")?.lowerBound ?? text.endIndex
    let body = String(text[start.upperBound..<end])
    let edited: String
    switch edit {
    case .swap(let left, let right):
      edited = body.replacing("id: \(left)\n", with: "id: \0").replacing("id: \(right)\n", with: "id: \(left)\n")
        .replacing("id: \0", with: "id: \(right)\n")
    case .replace(let old, let new, let occurrence):
      let found = body.ranges(of: old)
      try #require(found.count > occurrence, "\(name): no '\(old)'")
      edited = body.replacingCharacters(in: found[occurrence], with: new)
    }
    try #require(edited != body, "\(name) changes nothing")
    return text.replacingCharacters(in: start.upperBound..<end, with: edited)
  }

  /// Sizes, byte orders, orders of fields, masks, cases, sentinels, constraints: what authors get wrong.
  static let all: [Mutation] = [
    // Sizes
    Mutation("longer hash", "hash_pair", "size: 32", "size: 33", at: 1, "hash_pair"),
    Mutation("shorter hash", "hash_pair", "size: 32", "size: 31", "hash_pair", "hash_pair.hash"),
    Mutation("shorter address", "peer", "size: 16", "size: 15", "peer", "peer.address"),
    Mutation("port of one byte", "peer", "type: u2", "type: u1", "peer", "peer.port"),
    Mutation("longer cookie", "node_id_query", "size: 32", "size: 34", "node_id_query", "node_id_query.cookie"),
    Mutation("shorter signature", "block_state", "size: 64", "size: 63", "block_state", "block_state.signature"),
    Mutation("longer balance", "block_send", "size: 16", "size: 17", "block_send", "block_send.balance"),
    Mutation("work of four bytes", "block_open", "type: u8", "type: u4", "block_open", "block_open.work"),
    Mutation("telemetry count of eight bytes", "telemetry", "type: u8", "type: u4", "telemetry.block_count"),
    Mutation(
      "age of two bytes", "msg_frontier_req", "type: u4", "type: u2", "msg_frontier_req", "msg_frontier_req.age"),
    Mutation(
      "shorter frontier", "frontier", "size: 32", "size: 16", at: 1, "frontier", "frontier.frontier_hash",
      "frontier_response"),
    Mutation(
      "shorter amount", "bulk_pull_account_entry", "size: 16", "size: 8", "bulk_pull_account_entry",
      "bulk_pull_account_entry.amount"),
    Mutation(
      "request id of four bytes", "msg_asc_pull_req", "type: u8be", "type: u4be", "msg_asc_pull_req",
      "msg_asc_pull_req.request_id"),
    Mutation(
      "count of two bytes", "asc_pull_req_blocks", "type: u1", "type: u2", "asc_pull_req_blocks",
      "asc_pull_req_blocks.count", "asc_pull_req_blocks.start_type"),
    Mutation("extensions of one byte", "header", "type: u2", "type: u1", "header", "header.extensions"),
    // Byte orders
    Mutation("extensions big-endian", "header", "type: u2", "type: u2be", "header.extensions", "header"),
    Mutation("port big-endian", "peer", "type: u2", "type: u2be", "peer.port"),
    Mutation("work little-endian", "block_state", "type: u8be", "type: u8", "block_state.work"),
    Mutation("work big-endian", "block_send", "type: u8", "type: u8be", "block_send.work"),
    Mutation(
      "another count little-endian", "telemetry", "type: u8", "type: u8le", at: 1, "telemetry.cemented_count"),
    Mutation("telemetry little-endian", "telemetry", "type: u8", "type: u8le", "telemetry.block_count"),
    Mutation("count big-endian", "msg_frontier_req", "type: u4", "type: u4be", at: 1, "msg_frontier_req.count"),
    Mutation(
      "request id little-endian", "msg_asc_pull_ack", "type: u8be", "type: u8", "msg_asc_pull_ack.request_id"),
    // Orders
    Mutation(swapping: "hash", "root", in: "hash_pair"),
    Mutation(swapping: "version_using", "version_min", in: "header"),
    Mutation(swapping: "previous", "representative", in: "block_change"),
    Mutation(swapping: "previous", "link", in: "block_state"),
    Mutation(swapping: "start", "end", in: "msg_bulk_pull"),
    Mutation(swapping: "age", "count", in: "msg_frontier_req"),
    // Masks
    Mutation(
      "mask of the count", "header", "0xf000) >> 12", "0x7000) >> 12", "header.item_count", "msg_confirm_req",
      "msg_confirm_ack"),
    Mutation("shift of the block type", "header", ">> 8\n", ">> 9\n", "header.block_type", "block.known_type"),
    Mutation(
      "flag of the query", "msg_node_id_handshake", "0x0001", "0x0004", "msg_node_id_handshake.query",
      "msg_node_id_handshake"),
    Mutation(
      "flag of the response", "msg_node_id_handshake", "0x0002", "0x0008", "msg_node_id_handshake.response",
      "msg_node_id_handshake"),
    Mutation("mask of the duration", "msg_confirm_ack", "& 0xf\n", "& 0x7\n", "msg_confirm_ack.duration"),
    // Cases
    Mutation("missing message", "seq", "        'message_type::keepalive': msg_keepalive\n", "", "nano.body", "nano"),
    Mutation(
      "missing block", "block", "            'block_type::state': block_state\n", "", "block.content", "block"),
    Mutation(
      "wrong block", "block", "type::send': block_send", "type::send': block_change", "block.content", "block_change"),
    Mutation(
      "wrong message", "seq", "::confirm_req': msg_confirm_req", "::confirm_req': msg_confirm_ack", "nano.body",
      "msg_confirm_ack"),
    Mutation("unlisted message", "message_type", "    0x0e: {id", "    0x1e: {id", "header.message_type"),
    Mutation("unlisted network", "network", "    0x41: {id", "    0x4f: {id", "header.network_id"),
    Mutation(
      "unlisted block", "block_type", "    0x02: {id", "    0x12: {id", "block.known_type", "header.block_type",
      "block_entry.block_type"),
    Mutation("unlisted target", "asc_pull_target", "    1: {id", "    3: {id", "asc_pull_req_blocks.start_type"),
    Mutation(
      "missing payload", "msg_asc_pull_ack", "            'asc_pull_type::blocks': asc_pull_ack_blocks\n", "",
      "msg_asc_pull_ack.payload"),
    Mutation(
      "hashes only with blocks", "msg_confirm_req", "== block_type::not_a_block", "!= block_type::not_a_block",
      "msg_confirm_req.pairs", "msg_confirm_req"),
    // Sentinels
    Mutation(
      "end of a pull", "bulk_pull_response", "block_type::not_a_block", "block_type::invalid",
      "bulk_pull_response.entries", "bulk_pull_response", "block_entry", "block.known_type"),
    Mutation(
      "end of frontiers", "frontier", "account == [0,0", "account == [1,0", "frontier.is_end", "frontier",
      "frontier_response"),
    Mutation(
      "end of blocks", "block_entry", "block_type != block_type::not_a_block", "block_type != block_type::invalid",
      "block_entry.block", "block_entry", "block.known_type"),
    // Counts and constraints
    Mutation(
      "seven peers", "msg_keepalive", "repeat-expr: 8", "repeat-expr: 7", "msg_keepalive.peers", "msg_keepalive"),
    Mutation("no empty request", "msg_confirm_req", "{min: 1}", "{min: 2}", "msg_confirm_req.item_count"),
    Mutation("magic", "header", "contents: R", "contents: S", "header.magic"),
    Mutation(
      "a version that is never", "header", "id: version_max\n        type: u1",
      "id: version_max\n        type: u1\n        valid: {min: 20}", "header.version_max"),
    Mutation(
      "payload of another size", "msg_asc_pull_req", "size: _root.header.extensions",
      "size: _root.header.extensions + 1", "msg_asc_pull_req.payload", "msg_asc_pull_req"),
    Mutation(
      "no answer", "msg_frontier_req", "    -stream: {answered-by: frontier_response}\n", "", "msg_frontier_req"),
    Mutation(
      "another answer", "msg_frontier_req", "answered-by: frontier_response", "answered-by: bulk_pull_response",
      "bulk_pull_response", "block_entry", "block.known_type"),
  ]
}
