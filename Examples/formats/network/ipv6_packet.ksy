meta:
  id: ipv6_packet
  title: IPv6 packet
  xref: {rfc: 8200}
  imports:
    - ip_payload
    - ipv6_address
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc8200
seq:
  - {id: version, type: b4, valid: 6}
  - {id: traffic_class, type: b8}
  - {id: flow_label, type: b20}
  - {id: len_payload, type: u2}
  - {id: next_header, type: u1, enum: 'ip_payload::protocol'}
  - {id: hop_limit, type: u1}
  - {id: source, type: ipv6_address}
  - {id: destination, type: ipv6_address}
  - {id: payload, size: len_payload, type: ip_payload(next_header)}
