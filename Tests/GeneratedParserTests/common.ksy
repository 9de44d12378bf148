meta: {id: common, endian: be}
doc: Imported by others.
seq:
  - {id: number, type: u2}
types:
  point:
    params: [{id: dimensions, type: u1}]
    seq:
      - {id: coordinates, type: u2, repeat: expr, repeat-expr: dimensions}
