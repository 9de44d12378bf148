meta:
  id: icmp_message
  title: ICMP message
  xref: {rfc: 792}
  ks-version: '0.11'
  endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc792
seq:
  - {id: type, type: u1, enum: message_type}
  - {id: code, type: u1}
  - {id: checksum, type: u2}
  - id: body
    type:
      switch-on: type
      cases:
        'message_type::echo_reply': echo
        'message_type::echo_request': echo
        'message_type::destination_unreachable': destination_unreachable(code)
        'message_type::redirect': redirect
        _: failed_packet
types:
  echo:
    seq:
      - {id: identifier, type: u2}
      - {id: sequence_number, type: u2}
      - {id: data, size-eos: true}
  destination_unreachable:
    params:
      - {id: code, type: u1}
    seq:
      - {id: unused, size: 2}
      - {id: next_hop_mtu, type: u2, doc: Where the packet was too long for it. RFC 1191.}
      - {id: packet, size-eos: true, doc: The header of the packet and at least eight bytes of what follows.}
    instances:
      reason: {value: code, enum: unreachable}
    enums:
      unreachable:
        0: network
        1: host
        2: protocol
        3: port
        4: fragmentation_needed
        13: prohibited
  redirect:
    seq:
      - {id: gateway, size: 4}
      - {id: packet, size-eos: true}
  failed_packet:
    seq:
      - {id: unused, size: 4}
      - {id: packet, size-eos: true}
enums:
  message_type:
    0: echo_reply
    3: destination_unreachable
    5: redirect
    8: echo_request
    11: time_exceeded
    12: parameter_problem
