meta: {id: switches, endian: be}
seq:
  - {id: recs, type: rec, repeat: eos}
types:
  rec:
    seq:
      - {id: k, type: u1}
      - id: body
        type:
          switch-on: k
          cases:
            1: u1
            2: u2
            3: u4le
      - id: mixed
        type:
          switch-on: k
          cases:
            1: one
            2: str_t
            _: two(k)
      - id: sized
        size: 2
        type:
          switch-on: k
          cases: {1: one, 2: two(1)}
  one: {seq: [{id: a, type: u1}]}
  two:
    params: [{id: z, type: u1}]
    seq: [{id: b, type: u1}]
  str_t: {seq: [{id: s, type: str, size: 2, encoding: ASCII}]}
instances:
  first: {value: 'recs[0].mixed.as<one>.a'}
  m: {value: 'recs[0].body + recs[1].body'}
