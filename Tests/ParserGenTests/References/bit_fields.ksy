meta: {id: bit_fields, endian: be}
seq:
  - {id: a, type: b3}
  - {id: b, type: b1}
  - {id: c, type: b12}
  - {id: d, type: u2}
  - {id: e, type: b7le}
  - {id: f, type: b9le}
  - {id: g, type: b2, enum: col}
  - {id: h, type: b1, repeat: expr, repeat-expr: 6}
enums:
  col: {0: red, 1: {id: green, doc: "x"}, 2: blue}
instances:
  s: {value: 'a + c * 2 - (b ? 1 : 0)'}
  t: {value: 'g == col::green ? "g" : "other"'}
  u: {value: 'h[1].to_i + h.size'}
