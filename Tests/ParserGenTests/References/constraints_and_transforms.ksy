meta: {id: constraints_and_transforms, endian: be, encoding: ASCII}
seq:
  - {id: a, type: u1, valid: 1}
  - {id: b, type: u1, valid: {min: 2, max: 5}}
  - {id: c, type: str, size: 2, valid: {any-of: ['"ab"', '"cd"']}}
  - {id: d, type: u1, enum: e, valid: {in-enum: true}}
  - {id: f, type: u1, repeat: expr, repeat-expr: 3, valid: {expr: "_ > 0"}}
  - {id: g, contents: [1, "x", 0x7f]}
enums: {e: {1: one}}
instances:
  bad: {value: a + 1, valid: 9}
  zl: {pos: 0, size: 2, process: xor(3)}
  r: {pos: 0, size: 3, process: rol(b)}
  x: {pos: 0, size: 3, process: 'xor([1, 2])'}
  chain: {value: chain2 + 1}
  chain2: {value: chain3.as<u4>}
  chain3: {value: chain.as<u4>}
  nope: {pos: 100, type: u2}
