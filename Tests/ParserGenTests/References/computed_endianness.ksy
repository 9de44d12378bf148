meta: {id: computed_endianness}
seq:
  - {id: docs, type: doc, repeat: eos}
types:
  doc:
    seq:
      - {id: mark, size: 2}
      - {id: main, type: main}
    types:
      main:
        meta:
          endian:
            switch-on: _parent.mark
            cases:
              '[0x49, 0x49]': le
              '[0x4d, 0x4d]': be
        seq:
          - {id: a, type: u2}
          - {id: s, type: sub}
        instances:
          le: {value: _is_le}
        types:
          sub:
            seq: [{id: b, type: u4}]
