meta:
  id: datagrams
  endian: be
  -stream: {transport: [udp, tcp], datagram: many, ports: [1]}
doc: What a stream has before a message, a datagram has not.
params:
  - {id: is_datagram, type: bool, doc: Whether the message came in a datagram.}
seq:
  - {id: length, type: u2, if: not is_datagram, valid: {min: 4, max: 600}}
  - {id: magic, contents: TM}
  - {id: data, type: data}
types:
  data:
    seq:
      - {id: words, size: '_root.is_datagram ? 4 : _root.length - 4'}
