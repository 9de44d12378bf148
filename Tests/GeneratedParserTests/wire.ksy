meta:
  id: wire
  endian: be
  encoding: ASCII
  -stream: {transport: tcp, ports: [9], max-message: 4096}
doc: Bits, transformed bytes, parts of the stream and places in it, as messages have them.
seq:
  - {id: version, type: b4}
  - {id: is_urgent, type: b1}
  - {id: kind, type: b11, enum: kind}
  - {id: after, type: u1}
  - {id: low, type: b3le}
  - {id: high, type: b13le}
  - {id: masked, size: 4, process: xor(0x5a)}
  - {id: rotated, size: 3, process: rol(3)}
  - {id: keyed, type: body(after), size: 4, process: 'xor([1, 2])'}
  - {id: lines, terminator: [0x0d, 0x0a]}
  - {id: part, type: body(1), size: 8, pad-right: 0x20, terminator: 0x2c}
  - {id: greek, type: str, size: 2, encoding: ISO-8859-7}
  - {id: len_data, type: u1}
  - {id: data, size: len_data}
  - {id: num_flags, type: u1}
  - {id: flags, type: b2, repeat: expr, repeat-expr: num_flags}
  - {id: last, type: u1}
  - id: choice
    type: {switch-on: last, cases: {1: u2, 2: s1, 3: u4}}
  - id: mixed
    if: last != 0
    type: {switch-on: is_urgent, cases: {true: u1, false: strz}}
  - id: by_place
    size: first_word & 3
  # Names that mean something to Swift.
  - {id: default, type: u1, if: version == 9}
  - {id: where, type: body(1), size: 1, if: version == 9}
  - {id: class, type: pair, repeat: expr, repeat-expr: 1, if: version == 9}
  - {id: switch, type: u1, repeat: expr, repeat-expr: 70, if: version == 9}
instances:
  maybe_default: {value: default, valid: {max: 3}}
  first_word: {pos: 0, type: u2}
  far: {pos: 2, type: pair, if: last == 1}
  wrong: {pos: 0, type: u1, valid: 0}
  beyond: {pos: 100, type: u1, if: last == 2}
  label: {value: 'f"v{version} of {kind.to_i}"', -sql: {column: label}}
  pair_size: {value: 'sizeof<pair>'}
  far_left: {value: far.left}
types:
  body:
    params: [{id: tag, type: u1}]
    seq:
      - {id: first, type: u1}
      - {id: rest, size-eos: true}
    instances:
      sum: {value: first + tag}
  pair:
    seq: [{id: left, type: u1}, {id: right, type: u1}]
enums:
  kind: {1: hello, 0x7ff: bye}
