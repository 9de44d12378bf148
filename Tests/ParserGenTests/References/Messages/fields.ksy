meta: {id: fields, endian: be, encoding: UTF-8, -stream: {transport: tcp, ports: [1]}}
doc: Runs of fixed size, texts, bits, repetitions and a switch.
seq:
  - {id: magic, contents: FL}
  - {id: kind, type: u1, enum: kind, valid: {in-enum: true}}
  - {id: key, size: 4}
  - {id: low, type: b3}
  - {id: is_set, type: b1}
  - {id: name, type: strz}
  - {id: count, type: u1, valid: {max: 9}}
  - {id: pairs, type: pair, repeat: expr, repeat-expr: count}
  - {id: three, type: u2, repeat: expr, repeat-expr: 3}
  - id: body
    size: 4
    type: {switch-on: kind, cases: {'kind::number': u4, 'kind::pair': pair}}
  - {id: masked, type: pair, size: 2, process: xor(0x20), if: is_set}
instances:
  total: {value: 'count * three[0]', -sql: true}
  head: {pos: 2, type: u1}
types:
  pair:
    seq: [{id: left, type: u1}, {id: right, type: u1}]
enums:
  kind: {1: number, 2: pair}
