meta:
  id: dns_message
  title: DNS message
  xref: {rfc: 1035}
  imports:
    - ipv6_address
  ks-version: '0.11'
  endian: be
  bit-endian: be
  encoding: UTF-8
doc: |
  A question, or the answer to one. Names may end in a pointer to a name that stands further in front, which saves
  repeating it.
doc-ref: https://www.rfc-editor.org/rfc/rfc1035#section-4
seq:
  - {id: transaction_id, type: u2}
  - {id: is_response, type: b1}
  - {id: opcode, type: b4, enum: opcode}
  - {id: is_authoritative, type: b1}
  - {id: is_truncated, type: b1}
  - {id: recursion_desired, type: b1}
  - {id: recursion_available, type: b1}
  - {id: reserved, type: b1}
  - {id: is_authentic_data, type: b1, doc-ref: RFC 4035}
  - {id: checking_disabled, type: b1, doc-ref: RFC 4035}
  - {id: response_code, type: b4, enum: response_code}
  - {id: num_questions, type: u2}
  - {id: num_answers, type: u2}
  - {id: num_authorities, type: u2}
  - {id: num_additionals, type: u2}
  - {id: questions, type: question, repeat: expr, repeat-expr: num_questions}
  - {id: answers, type: resource_record, repeat: expr, repeat-expr: num_answers}
  - {id: authorities, type: resource_record, repeat: expr, repeat-expr: num_authorities}
  - {id: additionals, type: resource_record, repeat: expr, repeat-expr: num_additionals}
types:
  name:
    params:
      - {id: place, type: s4, doc: Where it stands in the message. Pointers lead to the front only.}
    seq:
      - {id: labels, type: label(_index), repeat: until, repeat-until: _.is_last}
    instances:
      text:
        value: labels.last.text
        doc: As people write it, without the dot at the end.
  label:
    params:
      - {id: index, type: s4}
    seq:
      - {id: kind, type: b2, enum: label_kind, valid: {in-enum: true}}
      - {id: len_name, type: b6, if: 'kind == label_kind::plain'}
      - {id: ofs_target, type: b14, valid: {expr: _ < _parent.place}, if: 'kind == label_kind::pointer'}
      - {id: name, type: str, size: len_name, if: 'kind == label_kind::plain'}
    instances:
      is_last:
        value: kind == label_kind::pointer or len_name == 0
      target:
        io: _root._io
        pos: ofs_target
        type: name(ofs_target)
        if: kind == label_kind::pointer
      own_text:
        value: 'kind == label_kind::pointer ? target.text.as<str> : name'
      text:
        value: |
          index == 0 ? own_text
          : own_text == "" ? _parent.labels[index - 1].text.as<str>
          : f"{_parent.labels[index - 1].text.as<str>}.{own_text}"
        doc: Of this label and those in front of it.
  question:
    seq:
      - {id: name, type: name(_io.pos)}
      - {id: type, type: u2, enum: record_type}
      - {id: class, type: u2, enum: class}
  resource_record:
    seq:
      - {id: name, type: name(_io.pos)}
      - {id: type, type: u2, enum: record_type}
      - {id: class, type: u2, enum: class, doc: The size of datagrams in an OPT record.}
      - {id: time_to_live, type: u4, doc: Seconds.}
      - {id: len_data, type: u2}
      - id: domain_data
        type:
          switch-on: type
          cases:
            'record_type::ns': name(_io.pos)
            'record_type::cname': name(_io.pos)
            'record_type::ptr': name(_io.pos)
            'record_type::mx': mail_exchange
            'record_type::soa': start_of_authority
        if: has_names
        doc: Not cut out of the message by its length, since the names in it point to other places of the message.
      - id: data
        size: len_data
        type:
          switch-on: type
          cases:
            'record_type::a': address
            'record_type::aaaa': ipv6_address
            'record_type::txt': texts
        if: not has_names
    instances:
      has_names:
        value: >-
          type == record_type::ns or type == record_type::cname or type == record_type::ptr
          or type == record_type::mx or type == record_type::soa
  mail_exchange:
    seq:
      - {id: preference, type: u2}
      - {id: exchange, type: name(_io.pos)}
  start_of_authority:
    seq:
      - {id: primary_server, type: name(_io.pos)}
      - {id: responsible_person, type: name(_io.pos)}
      - {id: serial, type: u4}
      - {id: refresh, type: s4}
      - {id: retry, type: s4}
      - {id: expire, type: s4}
      - {id: minimum, type: u4, doc: How long it may be remembered that there is no such name. RFC 2308.}
  address:
    seq:
      - {id: octets, type: u1, repeat: expr, repeat-expr: 4}
  texts:
    seq:
      - {id: texts, type: text, repeat: eos}
  text:
    seq:
      - {id: len_value, type: u1}
      - {id: value, type: str, size: len_value}
enums:
  label_kind:
    0: plain
    3: pointer
  opcode:
    0: query
    2: status
    4: notify
    5: update
  response_code:
    0: no_error
    1: format_error
    2: server_failure
    3: no_such_name
    4: not_implemented
    5: refused
  class:
    1: internet
    3: chaos
    255: any
  record_type:
    1: a
    2: ns
    5: cname
    6: soa
    12: ptr
    15: mx
    16: txt
    28: aaaa
    33: srv
    41: opt
    255: any
