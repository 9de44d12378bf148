meta:
  id: modes
  endian: be
  -stream:
    ports: [4300]
    max-message: 16
    states:
      pairs: {initiator: pair, responder: pair}
      words: {initiator: word, responder: word}
doc: Two states in which the same bytes mean something else.
types:
  pair:
    seq:
      - {id: first, type: u1}
      - {id: second, type: u1}
      - {id: change, type: {switch-on: first, cases: {255: turn}}}
  turn: {-stream: {then: words}}
  word: {seq: [{id: number, type: u2}]}
