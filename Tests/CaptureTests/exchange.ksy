meta:
  id: exchange
  endian: be
  -stream: {transport: [tcp, udp], ports: [4711], datagram: many, max-message: 128}

doc: Requests and answers that find each other by a key.

seq:
  - {id: magic, contents: X}
  - {id: kind, type: u1, enum: kind, valid: {in-enum: true}}
  - {id: number, type: u2}
  - id: body
    type:
      switch-on: kind
      cases:
        'kind::ask': ask
        'kind::order': order
        'kind::tell': tell
        'kind::call': call
        'kind::name': name
        'kind::ping': ping
        'kind::knock': knock
        'kind::note': note
        'kind::greet': greet
        'kind::thank': thank
        'kind::seal': seal
        'kind::probe': probe
        'kind::echo': echo
        'kind::twice': twice
  - {id: second, type: second, if: kind == kind::twice}

enums:
  kind: {1: ask, 2: order, 3: tell, 4: call, 5: name, 6: ping, 7: knock, 8: note, 9: greet, 10: thank, 11: seal, 12: probe, 13: echo, 14: twice}
  answer_kind: {7: seven}

types:
  ask:
    doc: Its key is in the head, as that of its answer is.
    -stream: {answered-by: tell, match: _root.number}
  order:
    doc: Another request with the same type of answers, and a wider key.
    -stream: {answered-by: tell, match: key}
    seq:
      - {id: key, type: s8}
  tell:
    -stream: {match: _parent.number}
    seq:
      - {id: text, type: str, size: 1, encoding: ASCII}
  call:
    doc: A key that is not always there.
    -stream: {answered-by: name, match: token, followed-by: units(2)}
    seq:
      - {id: len_token, type: u1}
      - {id: token, size: len_token, if: len_token > 0}
  name:
    -stream: {match: token}
    seq:
      - {id: len_token, type: u1}
      - {id: token, size: len_token}
  units:
    params:
      - {id: count, type: u1}
    seq:
      - {id: unit, type: u1, repeat: expr, repeat-expr: count}
  ping:
    doc: Answered by its like, the first of a key being the request.
    -stream: {answered-by: ping, match: _root.number}
  knock:
    doc: Answered by its like, but it says which is which.
    -stream: {answered-by: knock, match: door, request-if: is_first == 1}
    seq:
      - {id: is_first, type: u1}
      - {id: door, type: u1, enum: answer_kind}
  greet:
    doc: Answered by the next of these, whatever it says.
    -stream: {answered-by: thank, match: 1, request-if: true}
  thank:
    -stream: {match: 1}
    seq:
      - {id: value, type: u1}
  seal:
    doc: A key of a fixed size, and a condition that may not be there.
    -stream: {answered-by: seal, match: mark, request-if: is_first}
    seq:
      - {id: flags, type: u1}
      - {id: is_first_byte, type: u1, if: flags == 1}
      - {id: mark, size: 3}
    instances:
      is_first: {value: is_first_byte != 0, if: flags == 1}
  probe:
    doc: A key of bytes that are always the same.
    -stream: {answered-by: echo, match: tag}
    seq:
      - {id: tag, contents: T}
  echo:
    -stream: {match: tag}
    seq:
      - {id: tag, contents: T}
  twice:
    doc: Its own key counts, where it has one, before that of the field behind it.
    -stream: {answered-by: tell, match: first}
    seq:
      - {id: has_first, type: u1}
      - {id: first, type: u2, if: has_first == 1}
  second:
    -stream: {answered-by: tell, match: number}
    seq:
      - {id: number, type: u2}
  note: {}
