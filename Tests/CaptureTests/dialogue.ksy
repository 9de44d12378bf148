meta:
  id: dialogue
  endian: be
  -stream:
    ports: [4100]
    max-message: 64
    states:
      greeting: {initiator: hello, responder: welcome}
      narrow: {initiator: order, responder: reply}
      wide: {initiator: wide_order, responder: reply}
doc: Two sides that speak different types, which depend on what they said first; messages tell their lengths.
enums:
  kind: {1: read, 2: write}
types:
  hello:
    seq:
      - {id: mark, contents: HI}
      - {id: level, type: u1}
      - {id: choice, type: {switch-on: level, cases: {1: narrow_hello, 2: wide_hello}}}
  narrow_hello: {-stream: {then: narrow}}
  wide_hello: {-stream: {then: wide}}
  welcome: {seq: [{id: mark, contents: YO}]}
  order:
    seq:
      - {id: mark, contents: O}
      - {id: number, type: u2}
      - {id: kind, type: u1, enum: kind}
      - {id: len_body, type: u1}
      - {id: body, size: len_body, type: {switch-on: kind, cases: {'kind::read': read, 'kind::write': write}}}
  wide_order:
    seq:
      - {id: mark, contents: W}
      - {id: number, type: u4}
      - {id: len_body, type: u1}
      - {id: body, size: len_body, type: write}
  read: {seq: [{id: count, type: u1}]}
  write:
    seq:
      - {id: num_values, type: u1, valid: {max: 4}}
      - {id: values, type: u2, repeat: expr, repeat-expr: num_values}
  reply:
    seq:
      - {id: mark, contents: R}
      - {id: number, type: u2}
      - {id: len_text, type: u1, valid: {max: 16}}
      - {id: text, size: len_text, type: words}
      - {id: sum, type: u1}
  words: {seq: [{id: word, contents: ok}, {id: rest, size-eos: true}]}
