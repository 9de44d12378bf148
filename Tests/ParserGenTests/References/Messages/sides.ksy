meta:
  id: sides
  endian: be
  -stream:
    ports: [1]
    states:
      opening: {initiator: greeting}
      open: {initiator: frame, responder: reply}
doc: Whoever connects greets; then its messages and the answers are of other types, and tell their lengths.
seq:
  - {id: refusal, type: u1}
types:
  greeting:
    -stream: {then: open}
    seq: [{id: level, type: u1}]
  frame:
    seq:
      - {id: head, type: head}
      - {id: body, size: head.len_all - 3, type: {switch-on: head.kind, cases: {1: say, 2: stop}}}
      - {id: sum, type: u2}
  head: {seq: [{id: kind, type: u1}, {id: len_all, type: u2}]}
  say: {seq: [{id: word, type: u4}]}
  stop: {-stream: {then: opening}}
  reply:
    seq:
      - {id: kind, type: u1}
      - {id: len_text, type: u1}
      - {id: text, size: len_text}
