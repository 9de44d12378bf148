meta:
  id: chat
  endian: be
  encoding: UTF-8
  -stream: {ports: [4000], max-message: 4096}
doc: A protocol of its own, to see what tables and streams do without much help.
seq:
  - {id: magic, contents: CH}
  - {id: head, type: head}
  - {id: body, type: {switch-on: head.kind, cases: {'kind::say': say, 'kind::ask': ask, 'kind::ping': ping, 'kind::offer': offer}}}
enums:
  kind: {1: say, 2: ask, 3: ping, 4: offer}
types:
  head:
    seq:
      - {id: kind, type: u1, enum: kind}
      - {id: user, type: u2}
  ping: {}
  say:
    seq:
      - {id: text, type: strz, -sql: {index: true}}
      - {id: numbers_count, type: u1, -sql: none}
      - {id: numbers, type: u2, repeat: expr, repeat-expr: numbers_count}
      - {id: mood, type: mood, if: numbers_count != 1}
      - {id: tags, type: tag, repeat: expr, repeat-expr: numbers_count}
      - {id: temperature, type: f4}
      - {id: key, size: 2}
      - {id: raw, size: 2, -sql: {as: blob}}
  mood: {seq: [{id: happy, type: u1}, {id: user, type: u1}]}
  tag: {seq: [{id: word, type: strz}, {id: weight, type: u1}]}
  ask:
    -stream: {answered-by: answer(depth)}
    seq: [{id: depth, type: u1}]
  answer:
    params: [{id: depth, type: u1}]
    seq:
      - {id: count, type: u1}
      - {id: note, type: strz, if: depth > 5}
      - {id: lines, type: line, repeat: expr, repeat-expr: count}
      - {id: checks, type: u1, repeat: until, repeat-until: _ == 0, -sql: {terminator: omit}}
  line: {seq: [{id: text, type: strz}]}
  offer:
    -stream: {followed-by: parts}
    seq: [{id: title, type: strz}]
  parts:
    seq: [{id: part, type: part, repeat: until, repeat-until: _.size == 0}]
  part: {seq: [{id: size, type: u1}, {id: data, size: size}]}
