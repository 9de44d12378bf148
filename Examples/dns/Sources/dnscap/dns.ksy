meta:
  id: dns
  title: DNS over UDP and TCP (RFC 1035, RFC 7766)
  endian: be
  -stream: {transport: [tcp, udp], ports: [53], max-message: 65537}
  -program: {version: 0.1.0, title: DNS, doc: 'Captures DNS into a SQLite database, or into ClickHouse.'}
  -sql:
    kinds:
      domain_name: {doc: 'A name, without the dot at its end.'}
    value-queries: dns.values.sql
    overview-queries: dns.overview.sql

doc: A DNS message. In TCP its length stands before it; a datagram is the message and nothing else.
doc-ref: https://www.rfc-editor.org/rfc/rfc7766#section-8

params:
  - id: is_datagram
    type: bool
    doc: Whether the message came in a datagram.

seq:
  - id: length
    type: u2
    if: not is_datagram
    valid: {min: 12}
    -sql: none
    doc: Bytes of the message that follows.
  - id: message
    type: message
    size: 'is_datagram ? _io.size : length'
    doc: The message itself.

enums:
  opcode:
    0: {id: query, doc: A standard query}
    2: {id: status, doc: A question for the server's condition}
    4: {id: notify, doc: A zone has changed}
    5: {id: update, doc: A change of a zone}
  response_code:
    0: no_error
    1: format_error
    2: server_failure
    3: name_error
    4: not_implemented
    5: refused
  record_type:
    1: {id: a, doc: An IPv4 address}
    2: {id: ns, doc: A name server}
    5: {id: cname, doc: Another name}
    6: {id: soa, doc: The begin of a zone}
    12: {id: ptr, doc: The name of an address}
    15: {id: mx, doc: A mail server}
    16: {id: txt, doc: Text}
    28: {id: aaaa, doc: An IPv6 address}
    41: {id: opt, doc: Options of EDNS}

types:
  message:
    doc: A question, or its answer.
    -stream: {answered-by: message, match: id, request-if: not is_response}
    -sql:
      summary: >-
        {opcode == opcode::query ? "" : f"{opcode} "}{is_response ? "response" : "query"} {questions}
        {is_response ? f"{response_code}, {answer_count} answers" : ""} id {id}
    seq:
      - id: id
        type: u2
        doc: Repeated in the answer.
      - id: flags
        type: u2
        -sql: none
        doc: Kind of message, and its outcome.
      - id: question_count
        type: u2
        doc: Number of questions.
      - id: answer_count
        type: u2
        doc: Number of answers.
      - id: authority_count
        type: u2
        doc: Number of records about name servers.
      - id: additional_count
        type: u2
        doc: Number of other records.
      - id: questions
        type: question
        repeat: expr
        repeat-expr: question_count
        doc: What is asked.
      - id: answers
        type: record
        repeat: expr
        repeat-expr: answer_count
        -sql: {table: answer}
        doc: What is answered.
      - id: others
        type: record
        repeat: expr
        repeat-expr: authority_count + additional_count
        -sql: {table: other_record}
        doc: Records about name servers, then others.
    instances:
      is_response:
        value: (flags & 0x8000) != 0
        -sql: true
        doc: Whether it is an answer.
      opcode:
        value: (flags & 0x7800) >> 11
        enum: opcode
        valid: {in-enum: true}
        -sql: true
        doc: What is wanted.
      response_code:
        value: flags & 0xf
        enum: response_code
        -sql: true
        doc: How it went.

  question:
    doc: A name and what is asked of it.
    -sql: {summary: '{name} {type}'}
    seq:
      - id: name
        type: name
        doc: The name.
      - id: type
        type: u2
        enum: record_type
        doc: Which records are wanted.
      - id: class
        type: u2
        doc: 1 for the Internet.

  record:
    doc: Something that is known of a name.
    seq:
      - id: name
        type: name
        doc: The name.
      - id: type
        type: u2
        enum: record_type
        doc: What is known.
      - id: class
        type: u2
        doc: 1 for the Internet; in options of EDNS something else.
      - id: ttl
        type: u4
        doc: Seconds for which it may be kept.
      - id: data_length
        type: u2
        -sql: none
        doc: Bytes of data.
      - id: data
        size: data_length
        doc: What is known, by type.
        type:
          switch-on: type
          cases:
            'record_type::a': ipv4
            'record_type::aaaa': ipv6

  ipv4:
    seq:
      - {id: ipv4, size: 4, -sql: {as: ip, kind: address}, doc: An IPv4 address.}
  ipv6:
    seq:
      - {id: ipv6, size: 16, -sql: {as: ip, kind: address}, doc: An IPv6 address.}

  name:
    doc: Labels, ended by an empty one or by a pointer to a name that came before.
    -sql: {computed: [{column: name, from: dotted, as: text, kind: domain_name}], summary: '{name}'}
    seq:
      - id: labels
        type: label
        repeat: until
        repeat-until: _.length == 0 or _.length >= 0xc0
        -sql: none
        doc: The parts between the dots.

  label:
    doc: A part of a name, or a pointer.
    seq:
      - id: length
        type: u1
        doc: Bytes of text; with the two high bits set, the high byte of a pointer.
      - id: pointer_low
        type: u1
        if: length >= 0xc0
        doc: The low byte of a pointer.
      - id: text
        type: str
        size: 'length < 0xc0 ? length : 0'
        encoding: UTF-8
        doc: The label.
