meta:
  id: ipv4_packet
  title: IPv4 packet
  xref: {rfc: 791}
  imports:
    - ip_payload
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc791
seq:
  - {id: version, type: b4, valid: 4}
  - {id: num_header_words, type: b4, valid: {min: 5}, doc: 'Length of the header, in units of four bytes.'}
  - {id: traffic_class, type: b6, doc-ref: RFC 2474}
  - {id: congestion, type: b2, enum: congestion, doc-ref: RFC 3168}
  - {id: len_packet, type: u2, valid: {min: len_header}}
  - {id: identification, type: u2}
  - {id: reserved, type: b1}
  - {id: may_not_fragment, type: b1}
  - {id: has_more_fragments, type: b1}
  - {id: fragment_offset_units, type: b13}
  - {id: time_to_live, type: u1}
  - {id: protocol, type: u1, enum: 'ip_payload::protocol'}
  - {id: header_checksum, type: u2}
  - {id: source, type: address}
  - {id: destination, type: address}
  - {id: options, size: len_header - 20, type: options}
  - id: payload
    size: len_packet - len_header
    type:
      switch-on: is_fragment
      cases:
        'false': ip_payload(protocol)
    doc: Plain bytes in a fragment, whose protocol can be read only when all are together.
instances:
  len_header:
    value: num_header_words * 4
  fragment_offset:
    value: fragment_offset_units * 8
  is_fragment:
    value: has_more_fragments or fragment_offset != 0
types:
  address:
    seq:
      - {id: octets, type: u1, repeat: expr, repeat-expr: 4}
    instances:
      text:
        value: f"{octets[0]}.{octets[1]}.{octets[2]}.{octets[3]}"
  options:
    seq:
      - id: options
        type: option
        repeat: until
        repeat-until: _io.eof or _.number == option_number::end
        if: not _io.eof
  option:
    seq:
      - {id: is_copied, type: b1}
      - {id: class, type: b2}
      - {id: number, type: b5, enum: option_number}
      - {id: len_option, type: u1, valid: {min: 2}, if: has_length}
      - {id: body, size: len_option - 2, if: has_length}
    instances:
      has_length:
        value: number != option_number::end and number != option_number::no_operation
enums:
  congestion:
    0: not_capable
    1: capable_1
    2: capable_0
    3: experienced
  option_number:
    0: end
    1: no_operation
    3: loose_source_route
    4: timestamp
    7: record_route
    9: strict_source_route
    20: router_alert
