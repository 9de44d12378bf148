meta: {id: parents_and_parameters, endian: le, encoding: UTF-8}
seq:
  - {id: n, type: u1}
  - {id: items, type: 'item(n, "x".length, _root.n)', repeat: expr, repeat-expr: 3}
  - {id: tail, type: leaf, size: 4}
  - {id: str1, type: strz}
  - {id: str2, type: str, size: 4, terminator: 0x40, pad-right: 0x20}
types:
  item:
    params:
      - {id: p, type: u1}
      - {id: q, type: s4}
      - {id: r, type: u1}
    seq:
      - {id: x, type: u2}
      - {id: leaf, type: leaf, if: x > 1}
    instances:
      sum: {value: 'x + p + _parent.n + _root.items[0].x'}
      later: {value: _parent.tail.v}
  leaf:
    seq:
      - {id: v, type: u1}
    instances:
      up: {value: "_parent.as<item>.p", if: v == 2}
      rest: {pos: 1, size: 2}
      io_size: {value: _io.size}
      me: {value: _root.tail}
instances:
  neg: {value: '-7 / 2'}
  mod: {value: -7 % 3}
  fl: {value: 1.5 * n}
  big: {value: 0xffffffffffffffff}
  st: {value: str1 + str2 + n.to_s}
  rev: {value: str1.reverse}
  ab: {value: items.last.x}
  arr: {value: '[1, 2, n]'}
  any: {value: '[1,2,3]'}
  ternary_obj: {value: 'n > 2 ? items[0] : items[1]'}
  leafs: {value: 'items[0].leaf'}
