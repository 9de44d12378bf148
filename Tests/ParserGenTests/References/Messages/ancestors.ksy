meta: {id: ancestors, endian: be, -stream: {transport: tcp, ports: [1]}}
doc: What types use of what is around them is handed down.
seq:
  - {id: width, type: u1}
  - {id: outer, type: outer(width + 1)}
types:
  outer:
    params: [{id: extra, type: u1}]
    seq:
      - {id: flag, type: u1}
      - {id: items, type: inner, repeat: eos}
  inner:
    seq:
      - {id: data, size: _root.width + _parent.extra}
      - {id: tail, type: u1, if: _parent._parent.width == 2}
    instances:
      is_flagged: {value: _parent.flag != 0}
