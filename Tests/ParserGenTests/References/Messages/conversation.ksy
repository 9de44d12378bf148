meta: {id: conversation, endian: be, encoding: ASCII, -stream: {transport: tcp, ports: [1]}}
doc: A request, and what answers it unit by unit.
seq:
  - {id: kind, type: u1}
  - id: body
    type: {switch-on: kind, cases: {1: msg_ask, 2: msg_say}}
types:
  msg_ask:
    -stream: {answered-by: answer(depth)}
    seq: [{id: depth, type: u1}]
  msg_say:
    seq: [{id: text, type: strz, -sql: {index: true}}]
  answer:
    params: [{id: depth, type: u1}]
    seq:
      - {id: note, type: strz, if: depth > 1}
      - {id: lines, type: line, repeat: until, repeat-until: _.size == 0 or _io.eof, -sql: {terminator: omit}}
  line:
    seq:
      - {id: size, type: u1, -sql: none}
      - {id: data, size: size}
