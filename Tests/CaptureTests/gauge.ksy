meta:
  id: gauge
  endian: be
  -stream: {transport: [tcp, udp], ports: [4711], datagram: many, max-message: 64}

params:
  - id: is_datagram
    type: bool
    doc: Whether the message came in a datagram, without a length before it.

seq:
  - id: length
    type: u1
    if: not is_datagram
    valid: {min: 4, max: 8}
    -sql: none
  - id: body
    type: body
    size: 'is_datagram ? 4 : length'

types:
  body:
    seq:
      - {id: magic, contents: G}
      - {id: kind, type: u1, enum: kind}
      - {id: value, type: u2, valid: {max: 1000}}

enums:
  kind: {1: level, 2: flow}
