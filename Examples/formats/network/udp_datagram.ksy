meta:
  id: udp_datagram
  title: UDP datagram
  xref: {rfc: 768}
  imports:
    - dns_message
  ks-version: '0.11'
  endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc768
seq:
  - {id: source_port, type: u2}
  - {id: destination_port, type: u2}
  - {id: len_datagram, type: u2, valid: {min: 8}}
  - {id: checksum, type: u2, doc: 0 where there is none.}
  - id: payload
    size: len_datagram - 8
    type:
      switch-on: source_port == dns_port or destination_port == dns_port
      cases:
        'true': dns_message
instances:
  dns_port:
    value: 53
