meta:
  id: nano
  title: Nano peer-to-peer protocol, node versions V21 to V28
  endian: le
  -stream: {transport: [tcp, udp], ports: [7075, 54000], max-message: 65552, match-within: hosts}
  -program:
    name: nanocap
    version: 0.1.0
    title: Nano
    doc: Captures the traffic of Nano nodes into a SQLite database, or into ClickHouse.
    queries: nano.queries.sql
    clickhouse-queries: nano.queries.clickhouse.sql
  -sql:
    formats: {account: NanoAccount.text, node_id: NanoAccount.nodeText}
    views: nano.views.sql
    clickhouse-views: nano.views.clickhouse.sql
    kinds:
      block_hash: {doc: The hash of a block.}
      account:
        doc: 'An account, which may be a representative, by its public key.'
        spellings: {account: NanoSpelling.account, key: NanoSpelling.key}
      node_id:
        doc: 'A node, by the public key of its identity.'
        spellings: {node: NanoSpelling.node, key: NanoSpelling.key}
      address: {doc: 'A host, by its IP address.'}
    value-queries: nano.values.sql
    clickhouse-value-queries: nano.values.clickhouse.sql
    overview-queries: nano.overview.sql
    clickhouse-overview-queries: nano.overview.clickhouse.sql

doc: |
  A message between two Nano nodes: a header, and a body that the header's type selects. Nodes up to V20 sent messages in
  UDP datagrams too, one in each.
doc-ref: https://docs.nano.org/protocol-design/networking/

seq:
  - id: header
    type: header
    doc: What kind of message this is, and flags that the body depends on.
  - id: body
    doc: The message's content.
    type:
      switch-on: header.message_type
      cases:
        'message_type::keepalive': msg_keepalive
        'message_type::publish': msg_publish
        'message_type::confirm_req': msg_confirm_req
        'message_type::confirm_ack': msg_confirm_ack
        'message_type::bulk_pull': msg_bulk_pull
        'message_type::bulk_push': msg_bulk_push
        'message_type::frontier_req': msg_frontier_req
        'message_type::node_id_handshake': msg_node_id_handshake
        'message_type::bulk_pull_account': msg_bulk_pull_account
        'message_type::telemetry_req': msg_telemetry_req
        'message_type::telemetry_ack': msg_telemetry_ack
        'message_type::asc_pull_req': msg_asc_pull_req
        'message_type::asc_pull_ack': msg_asc_pull_ack
        'message_type::vote_relay_req': msg_vote_relay
        'message_type::vote_relay_ack': msg_vote_relay

enums:
  network:
    0x41: {id: dev, doc: A network of one's own for development}
    0x42: {id: beta, doc: The public network for trying out releases}
    0x43: {id: live, doc: The main network}
    0x58: {id: test, doc: The public test network}

  message_type:
    0x02: {id: keepalive, doc: Addresses of peers}
    0x03: {id: publish, doc: A new block}
    0x04: {id: confirm_req, doc: A request for votes}
    0x05: {id: confirm_ack, doc: A vote}
    0x06: {id: bulk_pull, doc: A request for the blocks of an account}
    0x07: {id: bulk_push, doc: Blocks that the peer lacks}
    0x08: {id: frontier_req, doc: A request for the head blocks of all accounts}
    0x0a: {id: node_id_handshake, doc: Proof of a node's identity}
    0x0b: {id: bulk_pull_account, doc: A request for what an account may still receive}
    0x0c: {id: telemetry_req, doc: A request for a node's state}
    0x0d: {id: telemetry_ack, doc: A node's state}
    0x0e: {id: asc_pull_req, doc: 'A request of the ascending bootstrap, from V24'}
    0x0f: {id: asc_pull_ack, doc: 'An answer of the ascending bootstrap, from V24'}
    0x10: {id: vote_relay_req, doc: 'A request for relayed votes, in development'}
    0x11: {id: vote_relay_ack, doc: 'Relayed votes, in development'}

  block_type:
    0x00: {id: invalid, doc: No block}
    0x01: {id: not_a_block, doc: Hashes instead of a block; in a list of blocks its end}
    0x02: {id: send, doc: A legacy send}
    0x03: {id: receive, doc: A legacy receive}
    0x04: {id: open, doc: A legacy open}
    0x05: {id: change, doc: A legacy change of representative}
    0x06: {id: state, doc: A state block}

  asc_pull_type:
    1: {id: blocks, doc: A chain of blocks}
    2: {id: account_info, doc: What is known of an account}
    3: {id: frontiers, doc: 'Head blocks of many accounts, from V27'}

  asc_pull_target:
    0: {id: account, doc: Start is an account}
    1: {id: block, doc: Start is a block's hash}

  bulk_pull_account_flags:
    0: {id: pending_hash_and_amount, doc: Entries with hash and amount}
    1: {id: pending_address_only, doc: Entries with the sender only}
    2: {id: pending_hash_amount_and_address, doc: 'Entries with hash, amount and sender'}

types:
  header:
    doc: The 8 bytes that every message begins with.
    seq:
      - id: magic
        contents: R
        doc: The letter R.
      - id: network_id
        type: u1
        enum: network
        valid: {in-enum: true}
        doc: The network that the sender belongs to.
      - id: version_max
        type: u1
        doc: The newest protocol version that the sender knows.
      - id: version_using
        type: u1
        doc: The protocol version that the sender uses.
      - id: version_min
        type: u1
        doc: The oldest protocol version that the sender accepts.
      - id: message_type
        type: u1
        enum: message_type
        valid: {in-enum: true}
        -sql: {column: msg_type}
        doc: What the body is.
      - id: extensions
        type: u2
        doc: Flags and sizes, whose meaning depends on the message type.
    instances:
      block_type:
        value: (extensions & 0x0f00) >> 8
        enum: block_type
        -sql: {column: block_type}
        doc: The type of the block in publish, confirm_req and confirm_ack.
      item_count:
        value: '(extensions & 0x0001) != 0 ? ((extensions & 0xf000) >> 8) | ((extensions & 0x00f0) >> 4) : (extensions & 0xf000) >> 12'
        doc: Number of hashes or pairs; flag 0x0001 (from V26) says that it has eight bits instead of four.

  # Blocks

  block_send:
    doc: A legacy block that takes from its account.
    -sql:
      table: block_send
      detail: block
      link: content
      computed: [{column: hash, from: blockHash, as: hex, kind: block_hash}]
      summary: 'send to {destination} balance {balance} hash {hash}'
    seq:
      - id: previous
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the account's block before.
      - id: destination
        size: 32
        -sql: {as: account, kind: account}
        doc: The account that may receive.
      - id: balance
        size: 16
        -sql: {as: decimal}
        doc: What the account has after the block, in raw.
      - id: signature
        size: 64
        doc: Ed25519 with BLAKE2b over the hash, by the account.
      - id: work
        type: u8
        -sql: {as: hex}
        doc: Nonce of the proof of work.

  block_receive:
    doc: A legacy block that takes in what was sent to its account.
    -sql:
      table: block_receive
      detail: block
      link: content
      computed: [{column: hash, from: blockHash, as: hex, kind: block_hash}]
      summary: 'receive from {source} hash {hash}'
    seq:
      - id: previous
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the account's block before.
      - id: source
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the send block.
      - id: signature
        size: 64
        doc: Ed25519 with BLAKE2b over the hash, by the account.
      - id: work
        type: u8
        -sql: {as: hex}
        doc: Nonce of the proof of work.

  block_open:
    doc: A legacy block that begins an account.
    -sql:
      table: block_open
      detail: block
      link: content
      computed: [{column: hash, from: blockHash, as: hex, kind: block_hash}]
      summary: 'open {account} representative {representative} hash {hash}'
    seq:
      - id: source
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the first send block to the account.
      - id: representative
        size: 32
        -sql: {as: account, kind: account}
        doc: The account that votes for this one.
      - id: account
        size: 32
        -sql: {as: account, kind: account}
        doc: The account that begins.
      - id: signature
        size: 64
        doc: Ed25519 with BLAKE2b over the hash, by the account.
      - id: work
        type: u8
        -sql: {as: hex}
        doc: Nonce of the proof of work.

  block_change:
    doc: A legacy block that changes its account's representative.
    -sql:
      table: block_change
      detail: block
      link: content
      computed: [{column: hash, from: blockHash, as: hex, kind: block_hash}]
      summary: 'change to {representative} hash {hash}'
    seq:
      - id: previous
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the account's block before.
      - id: representative
        size: 32
        -sql: {as: account, kind: account}
        doc: The account that votes for this one from now on.
      - id: signature
        size: 64
        doc: Ed25519 with BLAKE2b over the hash, by the account.
      - id: work
        type: u8
        -sql: {as: hex}
        doc: Nonce of the proof of work.

  block_state:
    doc: The block of today; it states the account's whole condition.
    -sql:
      table: block_state
      detail: block
      link: content
      computed: [{column: hash, from: blockHash, as: hex, kind: block_hash}]
      summary: 'state {account} balance {balance} hash {hash}'
    seq:
      - id: account
        size: 32
        -sql: {as: account, kind: account}
        doc: The account that the block belongs to.
      - id: previous
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the account's block before, zeros in its first.
      - id: representative
        size: 32
        -sql: {as: account, kind: account}
        doc: The account that votes for this one.
      - id: balance
        size: 16
        -sql: {as: decimal}
        doc: What the account has after the block, in raw.
      - id: link
        size: 32
        -sql: {kind: [block_hash, account]}
        doc: The receiver of a send, the send's hash in a receive, else zeros.
      - id: signature
        size: 64
        doc: Ed25519 with BLAKE2b over the hash, by the account.
      - id: work
        type: u8be
        -sql: {as: hex}
        doc: Nonce of the proof of work; big-endian in state blocks only.

  block:
    doc: A block of any type.
    params:
      - id: block_type
        type: u1
        enum: block_type
        doc: Which type it is.
    seq:
      - id: content
        doc: The block itself.
        type:
          switch-on: known_type
          cases:
            'block_type::send': block_send
            'block_type::receive': block_receive
            'block_type::open': block_open
            'block_type::change': block_change
            'block_type::state': block_state
    instances:
      known_type:
        value: block_type
        valid: {any-of: ['block_type::send', 'block_type::receive', 'block_type::open', 'block_type::change', 'block_type::state']}
        doc: The type, which must be one that has a block.

  block_entry:
    doc: A block in a list of blocks; the type not_a_block ends the list.
    seq:
      - id: block_type
        type: u1
        enum: block_type
        -sql: none
        doc: What follows.
      - id: block
        if: block_type != block_type::not_a_block
        doc: The block; nothing at the end of the list.
        type: block(block_type)

  # Messages between peers

  msg_keepalive:
    doc: Tells the peer of eight others.
    -sql: {table: none, summary: 'peers {peers}'}
    seq:
      - id: peers
        type: peer
        repeat: expr
        repeat-expr: 8
        -sql: {table: keepalive_host, position: false}
        doc: Always eight; unused ones are zero. The first often has no address and the sender's own port.

  peer:
    doc: Where a node can be reached.
    -sql: {summary: '{port == 0 ? "" : f"[{address}]:{port}"}'}
    seq:
      - id: address
        size: 16
        -sql: {as: ip, kind: address}
        doc: An IPv6 address, or an IPv4 address mapped into one.
      - id: port
        type: u2
        doc: The TCP port.

  msg_publish:
    doc: Spreads a new block.
    -sql: {table: none, summary: '{block}{is_originator ? " by its maker" : ""}'}
    seq:
      - id: block
        doc: The block, of the header's block type.
        type: block(block_type)
    instances:
      block_type:
        value: _root.header.block_type
        doc: The header's block type.
      is_originator:
        value: (_root.header.extensions & 0x0004) != 0
        doc: Whether the sender made the block itself (from V27).

  msg_confirm_req:
    doc: Asks for votes, by hash and root or (in old versions) with the block itself.
    -sql: {table: none, summary: '{f"for {item_count}: "}{pairs}{block}'}
    seq:
      - id: pairs
        type: hash_pair
        repeat: expr
        repeat-expr: _root.header.item_count
        if: block_type == block_type::not_a_block
        -sql: {table: confirm_req_pair, position: false}
        doc: What votes are wanted for; nodes accept no empty list.
      - id: block
        if: block_type != block_type::not_a_block
        doc: The block that votes are wanted for.
        type: block(block_type)
    instances:
      block_type:
        value: _root.header.block_type
        doc: The header's block type; not_a_block stands for hashes.
      item_count:
        value: _root.header.item_count
        if: block_type == block_type::not_a_block
        valid: {min: 1}
        doc: The number of pairs, at least one.

  hash_pair:
    doc: A block and its root.
    -sql: {summary: '{hash}'}
    seq:
      - id: hash
        size: 32
        -sql: {kind: block_hash}
        doc: The block's hash.
      - id: root
        size: 32
        -sql: {kind: [block_hash, account]}
        doc: The block before, or the account for a first block.

  msg_confirm_ack:
    doc: A representative's vote.
    -sql:
      table: vote
      summary: '{is_final ? "final vote" : "vote"} by {account} for {vote_count}: {hashes}{block}'
    seq:
      - id: account
        size: 32
        -sql: {as: account, kind: account}
        doc: The representative.
      - id: signature
        size: 64
        doc: Ed25519 with BLAKE2b over the hashes and the timestamp.
      - id: timestamp_and_duration
        type: u8
        -sql: {column: sequence}
        doc: 'Milliseconds since 1970, whose low four bits are the duration; all ones for a final vote.'
      - id: hashes
        size: 32
        repeat: expr
        repeat-expr: _root.header.item_count
        if: is_by_hash
        -sql: {column: hashes, count: none, by_value: hash, kind: block_hash}
        doc: Hashes of the blocks voted for; may be empty.
      - id: block
        if: not is_by_hash
        doc: The block voted for, in old versions.
        type: block(block_type)
    instances:
      block_type:
        value: _root.header.block_type
        doc: The header's block type; not_a_block stands for hashes.
      is_by_hash:
        value: block_type == block_type::not_a_block
        -sql: {column: vbh}
        doc: 1 for a vote by hashes, 0 for one with a block.
      vote_count:
        value: 'is_by_hash ? _root.header.item_count : 1'
        -sql: {column: vote_count}
        doc: Number of blocks voted for.
      is_final:
        value: timestamp_and_duration == 0xffffffffffffffff
        doc: Whether the representative will never change its mind.
      timestamp:
        value: 'is_final ? timestamp_and_duration : timestamp_and_duration & 0xfffffffffffffff0'
        -sql: {column: timestamp}
        doc: Milliseconds since 1970-01-01 UTC; -1 in a final vote.
      duration:
        value: timestamp_and_duration & 0xf
        -sql: {column: duration}
        doc: 'n for a duration of 2^(n+4) ms.'
      is_rebroadcasted:
        value: (_root.header.extensions & 0x0004) != 0
        doc: Whether somebody else's vote is passed on (from V27).

  msg_node_id_handshake:
    doc: Shows that a node has the key of its identity. May hold a query, a response, both or nothing.
    -sql:
      table: none
      summary: >-
        {(_root.header.extensions & 1) != 0 ? "query " : ""}{(_root.header.extensions & 2) != 0 ? "response " : ""}{query}{response}
    seq:
      - id: query
        type: node_id_query
        if: (_root.header.extensions & 0x0001) != 0
        doc: Asks the peer to sign.
      - id: response
        type: node_id_response
        if: (_root.header.extensions & 0x0002) != 0
        doc: What the peer asked for.

  node_id_query:
    doc: A challenge for the peer.
    -sql: {table: nodeid_query, summary: 'cookie {cookie}'}
    seq:
      - id: cookie
        size: 32
        doc: Random bytes to be signed.

  node_id_response:
    doc: The answer to a challenge.
    -sql: {table: nodeid_response, summary: 'node {nodeid_as_account}'}
    seq:
      - id: node_id
        size: 32
        -sql: [{column: nodeid, as: hex, kind: node_id}, {column: nodeid_as_account, as: node_id, kind: node_id}]
        doc: The node's public key.
      - id: salt
        size: 32
        if: is_v2
        doc: Random bytes that are signed with the cookie (from V25).
      - id: genesis
        size: 32
        if: is_v2
        -sql: {kind: block_hash}
        doc: Hash of the network's first block (from V25).
      - id: signature
        size: 64
        doc: 'Over the cookie; in version 2 over cookie, salt and genesis.'
    instances:
      is_v2:
        value: (_root.header.extensions & 0x0004) != 0
        doc: The flag says so; the protocol version does not.

  msg_telemetry_req:
    doc: Asks for the peer's state. There is nothing but the header.

  msg_telemetry_ack:
    doc: The sender's state; V27 tells it unasked.
    -sql: {table: none, summary: '{data}'}
    seq:
      - id: data
        type: telemetry
        size: len_data
        if: len_data > 0
        doc: Nothing, if the node keeps its state to itself.
    instances:
      len_data:
        value: _root.header.extensions & 0x03ff
        doc: Bytes of the body.

  telemetry:
    doc: A node's state.
    -sql:
      table: telemetry
      summary: >-
        version {major_version}.{minor_version}.{patch_version} protocol {protocol_version} node {nodeid_as_account}
        blocks {block_count} cemented {cemented_count} peers {peer_count}
    meta: {endian: be}
    seq:
      - id: signature
        size: 64
        doc: By the node over what follows.
      - id: node_id
        size: 32
        -sql: [{column: nodeid, as: hex, kind: node_id}, {column: nodeid_as_account, as: node_id, kind: node_id}]
        doc: The node's public key.
      - id: block_count
        type: u8
        -sql: {column: blockcount}
        doc: Blocks in the ledger.
      - id: cemented_count
        type: u8
        -sql: {column: cementedcount}
        doc: Confirmed blocks.
      - id: unchecked_count
        type: u8
        -sql: {column: uncheckedcount}
        doc: Blocks that wait for others.
      - id: account_count
        type: u8
        -sql: {column: accountcount}
        doc: Accounts in the ledger.
      - id: bandwidth_cap
        type: u8
        -sql: {column: bandwidthcap}
        doc: Bytes a second; 0 for no limit.
      - id: peer_count
        type: u4
        -sql: {column: peercount}
        doc: Connected peers.
      - id: protocol_version
        type: u1
        -sql: {column: protocolversion}
        doc: The protocol version that the node uses.
      - id: uptime
        type: u8
        doc: Seconds since the node was started.
      - id: genesis_block
        size: 32
        -sql: {column: genesisblock, kind: block_hash}
        doc: Hash of the network's first block.
      - id: major_version
        type: u1
        -sql: {column: majorversion}
        doc: The node's version.
      - id: minor_version
        type: u1
        -sql: {column: minorversion}
        doc: The node's version, second part.
      - id: patch_version
        type: u1
        -sql: {column: patchversion}
        doc: The node's version, third part.
      - id: pre_release_version
        type: u1
        -sql: {column: prereleaseversion}
        doc: The node's version, fourth part.
      - id: maker
        type: u1
        doc: Who made the node's software; 0 for the Nano Foundation.
      - id: timestamp
        type: u8
        doc: Milliseconds since 1970-01-01 UTC.
      - id: active_difficulty
        type: u8
        -sql: [{column: activedifficulty}, {column: activedifficulty_hex, as: hex}]
        doc: The work that the network asks for; as an integer the signed one of the same 64 bits.
      - id: unknown_data
        size-eos: true
        doc: What later versions add.

  msg_vote_relay:
    doc: A message that is in development; its content is not described yet.
    -sql: {table: vote_relay, summary: '{_root.header.extensions} bytes'}
    seq:
      - id: payload
        size: _root.header.extensions
        doc: As many bytes as the extensions say.

  # Legacy bootstrap

  msg_frontier_req:
    doc: Asks for the head blocks of accounts.
    -sql:
      table: frontier_request
      summary: >-
        from {start} count {count == 0xffffffff ? "all" : f"{count}"} age {age == 0xffffffff ? "any" : f"{age} s"}
        {only_confirmed ? "confirmed only" : ""}
    -stream: {answered-by: frontier_response}
    seq:
      - id: start
        size: 32
        -sql: {as: account, kind: account}
        doc: The first account wanted.
      - id: age
        type: u4
        doc: Only accounts changed in as many seconds; all ones for no limit.
      - id: count
        type: u4
        doc: At most as many; all ones for no limit.
    instances:
      only_confirmed:
        value: (_root.header.extensions & 0x0002) != 0
        doc: Whether only confirmed blocks count.

  frontier_response:
    doc: Accounts and their head blocks, in the order of accounts.
    seq:
      - id: entries
        type: frontier
        repeat: until
        repeat-until: _.is_end
        -sql: {table: frontier_response, detail: bootstrap, position: false, terminator: omit}
        doc: A pair of zeros ends the list.

  frontier:
    doc: An account's head block.
    seq:
      - id: account
        size: 32
        -sql: {as: account, kind: account}
        doc: The account.
      - id: frontier_hash
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of its newest block.
    instances:
      is_end:
        value: account == [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0] and frontier_hash == [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]
        doc: Zeros stand for the end of a list.

  msg_bulk_pull:
    doc: Asks for the blocks of an account, newest first unless ascending.
    -sql:
      table: bulk_pull_request
      summary: '{start} to {end}{f" count {extended.count}"}{is_ascending ? ", oldest first" : ""}'
    -stream: {answered-by: bulk_pull_response}
    seq:
      - id: start
        size: 32
        -sql: {kind: [block_hash, account]}
        doc: An account, or the hash of the block to begin with.
      - id: end
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the block to stop at; zeros for none.
      - id: extended
        type: bulk_pull_extended
        if: (_root.header.extensions & 0x0001) != 0
        doc: A limit.
    instances:
      is_ascending:
        value: (_root.header.extensions & 0x0002) != 0
        doc: Whether the oldest blocks come first (V24).

  bulk_pull_extended:
    doc: A limit to the number of blocks.
    seq:
      - id: zero
        type: u1
        valid: 0
        -sql: none
        doc: Always zero.
      - id: count
        type: u4
        -sql: {column: extended_count}
        doc: At most as many blocks; 0 for no limit.
      - id: reserved
        size: 3
        -sql: none
        doc: Not used.

  bulk_pull_response:
    doc: Blocks of an account.
    seq:
      - id: entries
        type: block_entry
        repeat: until
        repeat-until: _.block_type == block_type::not_a_block
        -sql: {table: bulk_pull_response, detail: bootstrap, position: false, terminator: omit}
        doc: The type not_a_block ends the list.

  msg_bulk_push:
    doc: Announces blocks that the peer lacks; they follow on the same direction.
    -sql: {summary: blocks follow}
    -stream: {followed-by: bulk_push_stream}

  bulk_push_stream:
    doc: Blocks that the peer lacks.
    seq:
      - id: entries
        type: block_entry
        repeat: until
        repeat-until: _.block_type == block_type::not_a_block
        -sql: {table: bulk_push_entry, detail: bootstrap, position: false, terminator: omit}
        doc: The type not_a_block ends the list.

  msg_bulk_pull_account:
    doc: Asks for what an account may still receive.
    -sql: {table: bulk_pull_account_request, summary: '{account} at least {minimum_amount}, {flags}'}
    -stream: {answered-by: bulk_pull_account_response(flags.to_i)}
    seq:
      - id: account
        size: 32
        -sql: {as: account, kind: account}
        doc: The account.
      - id: minimum_amount
        size: 16
        -sql: {as: decimal}
        doc: Only what is at least as much, in raw.
      - id: flags
        type: u1
        enum: bulk_pull_account_flags
        valid: {in-enum: true}
        doc: What the entries hold.

  bulk_pull_account_response:
    doc: An account's head and what it may still receive.
    params:
      - id: flags
        type: u1
        doc: What the request asked for.
    seq:
      - id: frontier
        type: bulk_pull_account_frontier
        doc: The account's condition.
      - id: entries
        type: bulk_pull_account_entry(flags)
        repeat: until
        repeat-until: _.is_end
        -sql: {table: bulk_pull_account_response_entry, detail: bootstrap, position: false, terminator: omit}
        doc: An entry of zeros ends the list.

  bulk_pull_account_frontier:
    doc: An account's condition.
    -sql: {table: bulk_pull_account_response, detail: bootstrap}
    seq:
      - id: frontier_hash
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of the newest block.
      - id: balance
        size: 16
        -sql: {as: decimal}
        doc: What the account has, in raw.

  bulk_pull_account_entry:
    doc: Something that an account may receive.
    params:
      - id: flags
        type: u1
        doc: What the entry holds.
    seq:
      - id: hash
        size: 32
        if: flags != 1
        -sql: {kind: block_hash}
        doc: Hash of the send block.
      - id: amount
        size: 16
        if: flags != 1
        -sql: {as: decimal}
        doc: What was sent, in raw.
      - id: source
        size: 32
        if: flags != 0
        -sql: {kind: account}
        doc: The account that sent.
    instances:
      is_end:
        value: 'flags == 1 ? source == [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0] : hash == [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]'
        doc: Zeros stand for the end of the list.

  # Ascending bootstrap

  msg_asc_pull_req:
    doc: 'Asks for blocks, an account or frontiers (from V24).'
    -sql: {table: asc_pull_request, summary: '{type} {payload} id {request_id}'}
    -stream: {answered-by: msg_asc_pull_ack, match: request_id}
    seq:
      - id: type
        type: u1
        enum: asc_pull_type
        valid: {in-enum: true}
        doc: What is asked for.
      - id: request_id
        type: u8be
        -sql: {as: hex}
        doc: Repeated in the answer.
      - id: payload
        size: _root.header.extensions
        doc: What exactly; nodes ignore bytes after what the type needs.
        type:
          switch-on: type
          cases:
            'asc_pull_type::blocks': asc_pull_req_blocks
            'asc_pull_type::account_info': asc_pull_req_account_info
            'asc_pull_type::frontiers': asc_pull_req_frontiers

  asc_pull_req_blocks:
    doc: Asks for a chain of blocks, oldest first.
    -sql: {summary: 'from {start_type} {start} count {count}'}
    seq:
      - id: start
        size: 32
        -sql: {kind: [block_hash, account]}
        doc: An account, or the hash of a block.
      - id: count
        type: u1
        doc: At most as many blocks.
      - id: start_type
        type: u1
        enum: asc_pull_target
        doc: What the start is.

  asc_pull_req_account_info:
    doc: Asks for what is known of an account.
    -sql: {summary: 'of {start_type} {start}'}
    seq:
      - id: start
        size: 32
        -sql: {kind: [block_hash, account]}
        doc: The account, or the hash of one of its blocks.
      - id: start_type
        type: u1
        enum: asc_pull_target
        doc: What the start is.

  asc_pull_req_frontiers:
    doc: Asks for head blocks of accounts (from V27).
    -sql: {summary: 'from {start} count {count}'}
    seq:
      - id: start
        size: 32
        -sql: {kind: account}
        doc: The first account wanted.
      - id: count
        type: u2be
        doc: At most as many accounts.

  msg_asc_pull_ack:
    doc: Answers asc_pull_req (from V24).
    -sql: {table: asc_pull_response, summary: '{type} id {request_id}'}
    -stream: {match: request_id}
    seq:
      - id: type
        type: u1
        enum: asc_pull_type
        valid: {in-enum: true}
        doc: What was asked for.
      - id: request_id
        type: u8be
        -sql: {as: hex}
        doc: That of the request.
      - id: payload
        size: _root.header.extensions
        doc: The answer; nodes ignore bytes after what the type needs.
        type:
          switch-on: type
          cases:
            'asc_pull_type::blocks': asc_pull_ack_blocks
            'asc_pull_type::account_info': asc_pull_account_info
            'asc_pull_type::frontiers': asc_pull_ack_frontiers

  asc_pull_ack_blocks:
    doc: A chain of blocks, oldest first.
    -sql: {table: none}
    seq:
      - id: blocks
        type: block_entry
        if: not _io.eof
        repeat: until
        repeat-until: _.block_type == block_type::not_a_block or _io.eof
        -sql: {table: asc_pull_block, detail: bootstrap, position: false, terminator: omit}
        doc: The type not_a_block or the end of the payload ends the list.

  asc_pull_account_info:
    doc: What is known of an account.
    -sql: {table: asc_pull_account_info, detail: bootstrap}
    seq:
      - id: account
        size: 32
        -sql: {as: account, kind: account}
        doc: The account.
      - id: open
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of its first block.
      - id: head
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of its newest block.
      - id: block_count
        type: u8be
        doc: Number of its blocks.
      - id: conf_frontier
        size: 32
        -sql: {kind: block_hash}
        doc: Hash of its newest confirmed block.
      - id: conf_height
        type: u8be
        doc: Number of its confirmed blocks.

  asc_pull_ack_frontiers:
    doc: Accounts and their head blocks.
    -sql: {table: none}
    seq:
      - id: frontiers
        type: frontier
        if: not _io.eof
        repeat: until
        repeat-until: _.is_end or _io.eof
        -sql: {table: asc_pull_frontier, detail: bootstrap, position: false, terminator: omit}
        doc: A pair of zeros or the end of the payload ends the list.
