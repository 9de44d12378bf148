meta:
  id: tcp_segment
  title: TCP segment
  xref: {rfc: 9293}
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc9293#section-3.1
seq:
  - {id: source_port, type: u2}
  - {id: destination_port, type: u2}
  - {id: sequence_number, type: u4}
  - {id: acknowledgment_number, type: u4}
  - {id: num_header_words, type: b4, valid: {min: 5}, doc: 'Length of the header, in units of four bytes.'}
  - {id: reserved, type: b3}
  - {id: accurate_congestion, type: b1}
  - {id: congestion_window_reduced, type: b1}
  - {id: congestion_echo, type: b1}
  - {id: urgent, type: b1}
  - {id: acknowledgment, type: b1}
  - {id: push, type: b1}
  - {id: reset, type: b1}
  - {id: synchronize, type: b1}
  - {id: finish, type: b1}
  - {id: window, type: u2}
  - {id: checksum, type: u2}
  - {id: urgent_pointer, type: u2}
  - {id: options, size: num_header_words * 4 - 20, type: options}
  - {id: payload, size-eos: true}
types:
  options:
    seq:
      - id: options
        type: option
        repeat: until
        repeat-until: _io.eof or _.kind == option_kind::end
        if: not _io.eof
  option:
    seq:
      - {id: kind, type: u1, enum: option_kind}
      - {id: len_option, type: u1, valid: {min: 2}, if: has_length}
      - id: body
        size: len_option - 2
        type:
          switch-on: kind
          cases:
            'option_kind::maximum_segment_size': maximum_segment_size
            'option_kind::window_scale': window_scale
            'option_kind::selective_acknowledgments': selective_acknowledgments
            'option_kind::timestamps': timestamps
        if: has_length
    instances:
      has_length:
        value: kind != option_kind::end and kind != option_kind::no_operation
  maximum_segment_size:
    seq:
      - {id: value, type: u2}
  window_scale:
    seq:
      - {id: shift, type: u1, valid: {max: 14}}
  selective_acknowledgments:
    doc-ref: RFC 2018
    seq:
      - {id: blocks, type: block, repeat: eos}
    types:
      block:
        seq:
          - {id: left_edge, type: u4}
          - {id: right_edge, type: u4}
  timestamps:
    doc-ref: RFC 7323
    seq:
      - {id: value, type: u4}
      - {id: echo_reply, type: u4}
enums:
  option_kind:
    0: end
    1: no_operation
    2: maximum_segment_size
    3: window_scale
    4: selective_acknowledgment_permitted
    5: selective_acknowledgments
    8: timestamps
