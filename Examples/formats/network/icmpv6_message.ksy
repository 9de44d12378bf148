meta:
  id: icmpv6_message
  title: ICMPv6 message
  xref: {rfc: 4443}
  imports:
    - ipv6_address
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc4443
seq:
  - {id: type, type: u1, enum: message_type}
  - {id: code, type: u1}
  - {id: checksum, type: u2}
  - id: body
    type:
      switch-on: type
      cases:
        'message_type::echo_request': echo
        'message_type::echo_reply': echo
        'message_type::neighbor_solicitation': neighbor_solicitation
        'message_type::neighbor_advertisement': neighbor_advertisement
    size-eos: true
instances:
  is_error:
    value: type.to_i < 128
types:
  echo:
    seq:
      - {id: identifier, type: u2}
      - {id: sequence_number, type: u2}
      - {id: data, size-eos: true}
  neighbor_solicitation:
    doc-ref: RFC 4861, 4.3
    seq:
      - {id: reserved, size: 4}
      - {id: target, type: ipv6_address}
      - {id: options, type: option, repeat: eos}
  neighbor_advertisement:
    doc-ref: RFC 4861, 4.4
    seq:
      - {id: is_router, type: b1}
      - {id: is_solicited, type: b1}
      - {id: overrides, type: b1}
      - {id: reserved, type: b29}
      - {id: target, type: ipv6_address}
      - {id: options, type: option, repeat: eos}
  option:
    seq:
      - {id: type, type: u1, enum: option_type}
      - {id: len_units, type: u1, valid: {min: 1}, doc: 'Of the whole option, in units of 8 bytes.'}
      - {id: body, size: len_units * 8 - 2}
enums:
  message_type:
    1: destination_unreachable
    2: packet_too_big
    3: time_exceeded
    4: parameter_problem
    128: echo_request
    129: echo_reply
    133: router_solicitation
    134: router_advertisement
    135: neighbor_solicitation
    136: neighbor_advertisement
  option_type:
    1: source_link_layer_address
    2: target_link_layer_address
    3: prefix_information
    5: mtu
