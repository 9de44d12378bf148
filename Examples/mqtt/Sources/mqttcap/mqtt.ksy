meta:
  id: mqtt
  title: MQTT 3.1, 3.1.1 and 5
  endian: be
  encoding: UTF-8
  -stream:
    transport: tcp
    ports: [1883]
    max-message: 1048576
    states:
      opening: {initiator: opening, responder: packet}
      version_3: {initiator: packet, responder: packet}
      version_5: {initiator: packet_v5, responder: packet_v5}
  -program: {version: 0.1.0, title: MQTT, doc: 'Captures MQTT into a SQLite database, or into ClickHouse.'}
  -sql: {overview-queries: mqtt.overview.sql}

doc: |
  What clients and brokers say to each other. The first packet names the version of all that follow: those of version 5
  have properties.
doc-ref:
  - https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html
  - https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html

enums:
  packet_type:
    1: {id: connect, doc: A client opens a session}
    2: {id: connack, doc: The broker accepts or refuses it}
    3: {id: publish, doc: A message}
    4: {id: puback, doc: It has arrived}
    5: {id: pubrec, doc: 'It has arrived, first part'}
    6: {id: pubrel, doc: 'It may be passed on, second part'}
    7: {id: pubcomp, doc: 'It has been passed on, third part'}
    8: {id: subscribe, doc: A client asks for messages}
    9: {id: suback, doc: The broker accepts or refuses that}
    10: {id: unsubscribe, doc: A client asks for no more messages}
    11: {id: unsuback, doc: The broker has heard that}
    12: {id: pingreq, doc: Is the broker there?}
    13: {id: pingresp, doc: It is}
    14: {id: disconnect, doc: The last packet}
    15: {id: auth, doc: More about who the client is}
  property_id:
    1: payload_format
    2: message_expiry
    3: content_type
    8: response_topic
    9: correlation_data
    11: subscription_identifier
    17: session_expiry
    18: assigned_client_id
    19: server_keep_alive
    21: authentication_method
    22: authentication_data
    23: request_problem_information
    24: will_delay
    25: request_response_information
    26: response_information
    28: server_reference
    31: reason
    33: receive_maximum
    34: topic_alias_maximum
    35: topic_alias
    36: maximum_qos
    37: retain_available
    38: user_property
    39: maximum_packet_size
    40: wildcards_available
    41: subscription_identifiers_available
    42: shared_subscriptions_available

types:
  opening:
    doc: The first packet of a client, which names the version.
    seq:
      - {id: type, type: b4, enum: packet_type, doc: Always connect.}
      - {id: reserved, type: b4, -sql: none}
      - {id: remaining, type: varint, -sql: none, doc: Bytes that follow.}
      - {id: len_protocol, type: u2, valid: {max: 6}, -sql: none}
      - {id: protocol, type: str, size: len_protocol, -sql: none, doc: 'MQTT, or MQIsdp of version 3.1.'}
      - {id: level, type: u1, doc: 'The version of the protocol: 3, 4 for 3.1.1, or 5.'}
      - id: body
        size: remaining.value - len_protocol - 3
        type: {switch-on: level, cases: {5: connect_v5, _: connect}}

  packet:
    doc: A packet of the versions 3.1 and 3.1.1.
    seq:
      - {id: type, type: b4, enum: packet_type, doc: What it is.}
      - {id: is_duplicate, type: b1, doc: Whether a message is sent again.}
      - {id: qos, type: b2, doc: 'How sure a message arrives: 0 perhaps, 1 at least once, 2 once.'}
      - {id: is_retained, type: b1, doc: Whether the broker keeps the message for later subscribers.}
      - {id: remaining, type: varint, -sql: none, doc: Bytes that follow.}
      - id: body
        size: remaining.value
        doc: By type.
        type:
          switch-on: type
          cases:
            'packet_type::connack': connack
            'packet_type::publish': publish(qos)
            'packet_type::puback': acknowledgement
            'packet_type::pubrec': acknowledgement
            'packet_type::pubrel': acknowledgement
            'packet_type::pubcomp': acknowledgement
            'packet_type::subscribe': subscribe
            'packet_type::suback': suback
            'packet_type::unsubscribe': unsubscribe
            'packet_type::unsuback': acknowledgement

  packet_v5:
    doc: A packet of version 5.
    seq:
      - {id: type, type: b4, enum: packet_type, doc: What it is.}
      - {id: is_duplicate, type: b1, doc: Whether a message is sent again.}
      - {id: qos, type: b2, doc: 'How sure a message arrives: 0 perhaps, 1 at least once, 2 once.'}
      - {id: is_retained, type: b1, doc: Whether the broker keeps the message for later subscribers.}
      - {id: remaining, type: varint, -sql: none, doc: Bytes that follow.}
      - id: body
        size: remaining.value
        doc: By type.
        type:
          switch-on: type
          cases:
            'packet_type::connack': connack_v5
            'packet_type::publish': publish_v5(qos)
            'packet_type::puback': acknowledgement_v5
            'packet_type::pubrec': acknowledgement_v5
            'packet_type::pubrel': acknowledgement_v5
            'packet_type::pubcomp': acknowledgement_v5
            'packet_type::subscribe': subscribe_v5
            'packet_type::suback': suback_v5
            'packet_type::unsubscribe': unsubscribe_v5
            'packet_type::unsuback': suback_v5
            'packet_type::disconnect': reason
            'packet_type::auth': reason

  varint:
    doc: A number of one to four bytes, the low seven bits first.
    seq:
      - {id: groups, type: u1, repeat: until, repeat-until: _ < 0x80 or _index == 3, -sql: none}
    instances:
      value:
        value: >-
          (groups[0] & 0x7f) + (groups.size > 1 ? (groups[1] & 0x7f) << 7 : 0)
          + (groups.size > 2 ? (groups[2] & 0x7f) << 14 : 0) + (groups.size > 3 ? (groups[3] & 0x7f) << 21 : 0)

  connect:
    doc: A client opens a session.
    -stream: {then: version_3}
    -sql:
      summary: 'client {client}{f" user {user}"}{f" will {will_topic}"} keep alive {keep_alive} s{is_clean ? ", clean" : ""}'
    seq:
      - {id: has_user, type: b1, -sql: none}
      - {id: has_password, type: b1, -sql: none}
      - {id: will_is_retained, type: b1, doc: Whether the will is kept for later subscribers.}
      - {id: will_qos, type: b2, doc: How sure the will arrives.}
      - {id: has_will, type: b1, -sql: none}
      - {id: is_clean, type: b1, doc: Whether a former session is forgotten.}
      - {id: reserved, type: b1, -sql: none}
      - {id: keep_alive, type: u2, doc: 'Seconds after which silence means the end; 0 for never.'}
      - {id: len_client, type: u2, -sql: none}
      - {id: client, type: str, size: len_client, doc: The client's name.}
      - {id: len_will_topic, type: u2, if: has_will, -sql: none}
      - {id: will_topic, type: str, size: len_will_topic, if: has_will, doc: Where its will is published.}
      - {id: len_will, type: u2, if: has_will, -sql: none}
      - {id: will, size: len_will, if: has_will, doc: What is published when the connection breaks.}
      - {id: len_user, type: u2, if: has_user, -sql: none}
      - {id: user, type: str, size: len_user, if: has_user, doc: Who the client is.}
      - {id: len_password, type: u2, if: has_password, -sql: none}
      - {id: password, size: len_password, if: has_password, -sql: none}
  connect_v5:
    doc: A client opens a session.
    -stream: {then: version_5}
    -sql:
      table: connect
      summary: 'client {client}{f" user {user}"}{f" will {will_topic}"} keep alive {keep_alive} s{is_clean ? ", clean" : ""}'
    seq:
      - {id: has_user, type: b1, -sql: none}
      - {id: has_password, type: b1, -sql: none}
      - {id: will_is_retained, type: b1, doc: Whether the will is kept for later subscribers.}
      - {id: will_qos, type: b2, doc: How sure the will arrives.}
      - {id: has_will, type: b1, -sql: none}
      - {id: is_clean, type: b1, doc: Whether a former session is forgotten.}
      - {id: reserved, type: b1, -sql: none}
      - {id: keep_alive, type: u2, doc: 'Seconds after which silence means the end; 0 for never.'}
      - {id: properties, type: properties}
      - {id: len_client, type: u2, -sql: none}
      - {id: client, type: str, size: len_client, doc: The client's name.}
      - {id: will_properties, type: properties, if: has_will}
      - {id: len_will_topic, type: u2, if: has_will, -sql: none}
      - {id: will_topic, type: str, size: len_will_topic, if: has_will, doc: Where its will is published.}
      - {id: len_will, type: u2, if: has_will, -sql: none}
      - {id: will, size: len_will, if: has_will, doc: What is published when the connection breaks.}
      - {id: len_user, type: u2, if: has_user, -sql: none}
      - {id: user, type: str, size: len_user, if: has_user, doc: Who the client is.}
      - {id: len_password, type: u2, if: has_password, -sql: none}
      - {id: password, size: len_password, if: has_password, -sql: none}

  connack:
    doc: Whether the broker accepts a client.
    -sql: {summary: '{reason == 0 ? "accepted" : f"reason {reason}"}{has_session ? ", former session" : ""}'}
    seq:
      - {id: reserved, type: b7, -sql: none}
      - {id: has_session, type: b1, doc: Whether there is a former session.}
      - {id: reason, type: u1, doc: 0 if it is accepted.}
  connack_v5:
    doc: Whether the broker accepts a client.
    -sql: {table: connack, summary: '{reason == 0 ? "accepted" : f"reason {reason}"}{has_session ? ", former session" : ""}'}
    seq:
      - {id: reserved, type: b7, -sql: none}
      - {id: has_session, type: b1, doc: Whether there is a former session.}
      - {id: reason, type: u1, doc: 0 if it is accepted.}
      - {id: properties, type: properties}

  publish:
    doc: A message.
    -stream: {answered-by: acknowledgement, match: packet}
    -sql:
      summary: '{topic} qos {qos}{f" packet {packet}"}{_parent.is_retained ? ", retained" : ""}{_parent.is_duplicate ? ", again" : ""}'
    params: [{id: qos, type: u1}]
    seq:
      - {id: len_topic, type: u2, -sql: none}
      - {id: topic, type: str, size: len_topic, -sql: {index: true}, doc: What it is about.}
      - {id: packet, type: u2, if: qos > 0, doc: The number by which it is acknowledged.}
      - {id: payload, size-eos: true, doc: What it says.}
  publish_v5:
    doc: A message.
    -stream: {answered-by: acknowledgement_v5, match: packet}
    -sql:
      table: publish
      summary: '{topic} qos {qos}{f" packet {packet}"}{_parent.is_retained ? ", retained" : ""}{_parent.is_duplicate ? ", again" : ""}'
    params: [{id: qos, type: u1}]
    seq:
      - {id: len_topic, type: u2, -sql: none}
      - {id: topic, type: str, size: len_topic, -sql: {index: true}, doc: 'What it is about; empty where an alias says it.'}
      - {id: packet, type: u2, if: qos > 0, doc: The number by which it is acknowledged.}
      - {id: properties, type: properties}
      - {id: payload, size-eos: true, doc: What it says.}

  acknowledgement:
    doc: That a packet has arrived.
    -stream: {answered-by: acknowledgement, match: packet, request-if: '_parent.type == packet_type::pubrel'}
    seq:
      - {id: packet, type: u2, doc: Its number.}
  acknowledgement_v5:
    doc: That a packet has arrived.
    -stream: {answered-by: acknowledgement_v5, match: packet, request-if: '_parent.type == packet_type::pubrel'}
    -sql: {table: acknowledgement}
    seq:
      - {id: packet, type: u2, doc: Its number.}
      - {id: reason, type: u1, if: not _io.eof, doc: 'What became of it; below 128 all is well.'}
      - {id: properties, type: properties, if: not _io.eof}

  subscribe:
    doc: A client asks for messages.
    -stream: {answered-by: suback, match: packet}
    seq:
      - {id: packet, type: u2, doc: The number by which it is acknowledged.}
      - {id: filters, type: filter, repeat: eos, -sql: {table: subscription}, doc: About what.}
  subscribe_v5:
    doc: A client asks for messages.
    -stream: {answered-by: suback_v5, match: packet}
    -sql: {table: subscribe}
    seq:
      - {id: packet, type: u2, doc: The number by which it is acknowledged.}
      - {id: properties, type: properties}
      - {id: filters, type: filter, repeat: eos, -sql: {table: subscription}, doc: About what.}
  filter:
    doc: About what a client wants to hear.
    seq:
      - {id: len_topic, type: u2, -sql: none}
      - {id: topic, type: str, size: len_topic, doc: 'Topics, with + for a level and # for all below.'}
      - {id: options, type: u1, doc: 'How sure: the lowest two bits; the others are of version 5.'}
  suback:
    doc: What became of a request for messages.
    -stream: {match: packet}
    seq:
      - {id: packet, type: u2, doc: That of the request.}
      - {id: reasons, type: u1, repeat: eos, doc: 'For each topic how sure messages arrive, or from 128 on why none do.'}
  suback_v5:
    doc: What became of a request for messages, or for no more of them.
    -stream: {match: packet}
    -sql: {table: suback}
    seq:
      - {id: packet, type: u2, doc: That of the request.}
      - {id: properties, type: properties}
      - {id: reasons, type: u1, repeat: eos, doc: 'For each topic how sure messages arrive, or from 128 on why none do.'}
  unsubscribe:
    doc: A client asks for no more messages.
    -stream: {answered-by: acknowledgement, match: packet}
    seq:
      - {id: packet, type: u2, doc: The number by which it is acknowledged.}
      - {id: topics, type: topic, repeat: eos, -sql: {table: unsubscription}, doc: About what.}
  unsubscribe_v5:
    doc: A client asks for no more messages.
    -stream: {answered-by: suback_v5, match: packet}
    -sql: {table: unsubscribe}
    seq:
      - {id: packet, type: u2, doc: The number by which it is acknowledged.}
      - {id: properties, type: properties}
      - {id: topics, type: topic, repeat: eos, -sql: {table: unsubscription}, doc: About what.}
  topic:
    doc: About what a client wants to hear no more.
    seq:
      - {id: len_topic, type: u2, -sql: none}
      - {id: topic, type: str, size: len_topic, doc: As it was in the request.}
  reason:
    doc: Why a connection ends, or how an authentication goes on.
    seq:
      - {id: reason, type: u1, if: not _io.eof, doc: 0 if all is well.}
      - {id: properties, type: properties, if: not _io.eof}

  properties:
    doc: What version 5 says besides.
    seq:
      - {id: len_properties, type: varint, -sql: none}
      - {id: list, type: property_list, size: len_properties.value}
  property_list:
    seq:
      - {id: properties, type: property, repeat: eos, -sql: {table: property}}
  property:
    doc: A name and a value.
    seq:
      - {id: name, type: u1, enum: property_id, doc: What the value means.}
      - id: value
        type:
          switch-on: name
          cases:
            'property_id::payload_format': byte_value
            'property_id::request_problem_information': byte_value
            'property_id::request_response_information': byte_value
            'property_id::maximum_qos': byte_value
            'property_id::retain_available': byte_value
            'property_id::wildcards_available': byte_value
            'property_id::subscription_identifiers_available': byte_value
            'property_id::shared_subscriptions_available': byte_value
            'property_id::server_keep_alive': short_value
            'property_id::receive_maximum': short_value
            'property_id::topic_alias_maximum': short_value
            'property_id::topic_alias': short_value
            'property_id::message_expiry': long_value
            'property_id::session_expiry': long_value
            'property_id::will_delay': long_value
            'property_id::maximum_packet_size': long_value
            'property_id::subscription_identifier': varint_value
            'property_id::correlation_data': data_value
            'property_id::authentication_data': data_value
            'property_id::user_property': pair_value
            'property_id::content_type': text_value
            'property_id::response_topic': text_value
            'property_id::assigned_client_id': text_value
            'property_id::authentication_method': text_value
            'property_id::response_information': text_value
            'property_id::server_reference': text_value
            'property_id::reason': text_value
  byte_value: {seq: [{id: number, type: u1}]}
  short_value: {seq: [{id: number, type: u2}]}
  long_value: {seq: [{id: number, type: u4}]}
  varint_value:
    seq: [{id: bytes, type: varint, -sql: none}]
    instances: {number: {value: bytes.value, -sql: true}}
  data_value: {seq: [{id: len_data, type: u2, -sql: none}, {id: data, size: len_data}]}
  text_value: {seq: [{id: len_text, type: u2, -sql: none}, {id: text, type: str, size: len_text}]}
  pair_value:
    seq:
      - {id: len_key, type: u2, -sql: none}
      - {id: key, type: str, size: len_key, doc: The name of what a user adds.}
      - {id: len_text, type: u2, -sql: none}
      - {id: text, type: str, size: len_text, doc: A value that is text.}
