meta: {id: numbers, endian: be}
doc: Every kind of number, in both byte orders.
seq:
  - {id: a, type: u1}
  - {id: b, type: s1}
  - {id: c, type: u2}
  - {id: d, type: s2le}
  - {id: e, type: u4le}
  - {id: f, type: s4}
  - {id: g, type: u8}
  - {id: h, type: s8le}
  - {id: i, type: f4}
  - {id: j, type: f8le}
  - {id: key, size: 5}
  - {id: tail, type: little}
types:
  little:
    meta: {endian: le}
    seq:
      - {id: x, type: u2}
      - {id: y, type: f4}
