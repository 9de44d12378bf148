meta:
  id: ipv6_extension
  title: Extension header of IPv6, and what is behind it
  xref: {rfc: 8200}
  imports:
    - ip_payload
    - ipv6_address
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc8200#section-4
params:
  - {id: kind, type: u1, enum: 'ip_payload::protocol'}
seq:
  - {id: next_header, type: u1, enum: 'ip_payload::protocol'}
  - {id: len_body_units, type: u1, doc: 'In units of 8 bytes, without the first; reserved in a fragment header.'}
  - id: body
    size: len_body
    type:
      switch-on: kind
      cases:
        'ip_payload::protocol::hop_by_hop_options': options
        'ip_payload::protocol::destination_options': options
        'ip_payload::protocol::routing': routing
        'ip_payload::protocol::fragment': fragment
  - id: payload
    size-eos: true
    type:
      switch-on: is_fragment
      cases:
        'false': ip_payload(next_header)
instances:
  len_body:
    value: 'kind == ip_payload::protocol::fragment ? 6 : 6 + len_body_units * 8'
  is_fragment:
    value: |
      kind == ip_payload::protocol::fragment
      and (body.as<fragment>.offset_units != 0 or body.as<fragment>.has_more)
types:
  options:
    seq:
      - {id: options, type: option, repeat: eos}
  option:
    seq:
      - {id: type, type: u1, enum: option_type}
      - {id: len_body, type: u1, if: 'type != option_type::pad_1'}
      - {id: body, size: len_body, if: 'type != option_type::pad_1'}
  routing:
    seq:
      - {id: type, type: u1}
      - {id: num_segments_left, type: u1}
      - {id: reserved, size: 4}
      - {id: addresses, type: ipv6_address, repeat: eos}
  fragment:
    seq:
      - {id: offset_units, type: b13, doc: In units of 8 bytes.}
      - {id: reserved, type: b2}
      - {id: has_more, type: b1}
      - {id: identification, type: u4}
enums:
  option_type:
    0: pad_1
    1: pad_n
    5: {id: router_alert, doc-ref: RFC 2711}
    0xc2: {id: jumbo_payload, doc-ref: RFC 2675}
