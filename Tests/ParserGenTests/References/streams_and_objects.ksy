meta: {id: streams_and_objects, endian: le}
seq:
  - {id: hdr, type: hdr}
  - {id: idx, type: index, size: 6}
  - {id: rest, type: 'holder(_io, _root, hdr)'}
types:
  hdr: {seq: [{id: cnt, type: u1}, {id: ofs, type: u1}]}
  index:
    seq:
      - {id: ents, type: ent, repeat: expr, repeat-expr: _root.hdr.cnt}
  ent:
    seq:
      - {id: o, type: u1}
    instances:
      body: {io: _root._io, pos: _parent._parent.hdr.ofs + o, type: u2}
      pp: {value: _parent._parent}
      own: {pos: 0, type: u1}
      eof: {value: _io.eof}
      pos: {value: _io.pos}
  holder:
    params:
      - {id: s, type: io}
      - {id: o, type: struct}
      - {id: h, type: hdr}
    instances:
      c: {value: h.cnt + o.as<streams_and_objects>.hdr.ofs}
      sz: {value: s.size}
      hdr_t: {io: s, pos: 0, type: hdr}
