meta:
  id: tls_handshake
  title: TLS records, up to where they are encrypted
  xref: {rfc: [5246, 8446]}
  ks-version: '0.11'
  endian: be
doc: |
  What one side sends at the beginning of a TLS connection. The handshake is plain until the side changes to the new
  keys: in TLS 1.3 everything behind the server's hello is called application data, before that a record says so.
  Handshake messages that continue in the next record are not put together here.
doc-ref: https://www.rfc-editor.org/rfc/rfc8446#section-5.1
seq:
  - {id: records, type: record(_index), repeat: eos}
types:
  record:
    params:
      - {id: index, type: s4}
    seq:
      - {id: content_type, type: u1, enum: content_type, valid: {in-enum: true}}
      - {id: version, type: u2, enum: version}
      - {id: len_body, type: u2, valid: {max: 0x4000 + 256}}
      - id: body
        size: len_body
        type:
          switch-on: 'is_encrypted ? content_type::application_data : content_type'
          cases:
            'content_type::change_cipher_spec': change_cipher_spec
            'content_type::alert': alert
            'content_type::handshake': handshakes
    instances:
      is_encrypted:
        value: |
          index > 0 and (_parent.records[index - 1].is_encrypted.as<bool>
          or _parent.records[index - 1].content_type == content_type::change_cipher_spec)
  change_cipher_spec:
    seq:
      - {id: type, contents: [1]}
  alert:
    seq:
      - {id: level, type: u1, enum: alert_level}
      - {id: description, type: u1, enum: alert_description}
  handshakes:
    seq:
      - {id: messages, type: handshake, repeat: eos}
  uint24:
    seq:
      - {id: high, type: u1}
      - {id: low, type: u2}
    instances:
      value:
        value: high << 16 | low
  handshake:
    seq:
      - {id: type, type: u1, enum: handshake_type}
      - {id: len_body, type: uint24}
      - id: body
        size: len_body.value
        type:
          switch-on: type
          cases:
            'handshake_type::client_hello': client_hello
            'handshake_type::server_hello': server_hello
            'handshake_type::certificate': certificates
            'handshake_type::server_key_exchange': server_key_exchange
            'handshake_type::client_key_exchange': client_key_exchange
            'handshake_type::server_hello_done': nothing
  client_hello:
    seq:
      - {id: version, type: u2, enum: version}
      - {id: random, size: 32}
      - {id: len_session_id, type: u1, valid: {max: 32}}
      - {id: session_id, size: len_session_id}
      - {id: len_cipher_suites, type: u2, valid: {expr: _ % 2 == 0}}
      - {id: cipher_suites, type: u2, enum: cipher_suite, repeat: expr, repeat-expr: len_cipher_suites / 2}
      - {id: len_compression_methods, type: u1}
      - {id: compression_methods, type: u1, repeat: expr, repeat-expr: len_compression_methods}
      - {id: extensions, type: extensions(true), if: not _io.eof}
  server_hello:
    seq:
      - {id: version, type: u2, enum: version}
      - {id: random, size: 32}
      - {id: len_session_id, type: u1, valid: {max: 32}}
      - {id: session_id, size: len_session_id}
      - {id: cipher_suite, type: u2, enum: cipher_suite}
      - {id: compression_method, type: u1}
      - {id: extensions, type: extensions(false), if: not _io.eof}
    instances:
      is_retry_request:
        value: random == retry_random
      retry_random:
        value: |
          [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
           0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c]
        doc: SHA-256 of "HelloRetryRequest".
  certificates:
    doc: As in TLS 1.2; in TLS 1.3 they are encrypted.
    seq:
      - {id: len_certificates, type: uint24}
      - {id: certificates, type: list, size: len_certificates.value}
    types:
      list:
        seq:
          - {id: certificates, type: certificate, repeat: eos}
      certificate:
        seq:
          - {id: len_body, type: uint24}
          - {id: body, size: len_body.value, doc: X.509 in DER.}
  server_key_exchange:
    doc: Of a key agreement on elliptic curves; others depend on the cipher suite.
    doc-ref: RFC 8422, 5.4
    seq:
      - {id: curve_type, type: u1, enum: curve_type}
      - {id: group, type: u2, enum: group, if: 'curve_type == curve_type::named'}
      - {id: len_public_key, type: u1, if: 'curve_type == curve_type::named'}
      - {id: public_key, size: len_public_key, if: 'curve_type == curve_type::named'}
      - {id: signature, size-eos: true}
  client_key_exchange:
    seq:
      - {id: len_public_key, type: u1}
      - {id: public_key, size: len_public_key}
  nothing: {}
  extensions:
    params:
      - {id: is_client, type: bool}
    seq:
      - {id: len_items, type: u2}
      - {id: items, type: extension_list, size: len_items}
    types:
      extension_list:
        seq:
          - {id: items, type: extension(_parent.is_client), repeat: eos}
  extension:
    params:
      - {id: is_client, type: bool}
    seq:
      - {id: type, type: u2, enum: extension_type}
      - {id: len_body, type: u2}
      - id: body
        size: len_body
        type:
          switch-on: type
          cases:
            'extension_type::server_name': server_name(is_client)
            'extension_type::supported_groups': supported_groups
            'extension_type::signature_algorithms': signature_algorithms
            'extension_type::application_protocols': application_protocols
            'extension_type::supported_versions': supported_versions(is_client)
            'extension_type::key_share': key_share(is_client)
  server_name:
    doc: The server answers with an empty one.
    params:
      - {id: is_client, type: bool}
    seq:
      - {id: len_names, type: u2, if: is_client}
      - {id: type, contents: [0], if: is_client}
      - {id: len_name, type: u2, if: is_client}
      - {id: name, type: str, size: len_name, encoding: ASCII, if: is_client}
  supported_groups:
    seq:
      - {id: len_groups, type: u2}
      - {id: groups, type: u2, enum: group, repeat: expr, repeat-expr: len_groups / 2}
  signature_algorithms:
    seq:
      - {id: len_algorithms, type: u2}
      - {id: algorithms, type: u2, repeat: expr, repeat-expr: len_algorithms / 2}
  application_protocols:
    seq:
      - {id: len_protocols, type: u2}
      - {id: protocols, type: protocol, repeat: eos}
    types:
      protocol:
        seq:
          - {id: len_name, type: u1}
          - {id: name, type: str, size: len_name, encoding: ASCII}
  supported_versions:
    params:
      - {id: is_client, type: bool}
    seq:
      - {id: len_versions, type: u1, if: is_client}
      - {id: versions, type: u2, enum: version, repeat: eos}
  key_share:
    doc: In a retry request, the server names a group only.
    params:
      - {id: is_client, type: bool}
    seq:
      - {id: len_shares, type: u2, if: is_client}
      - {id: shares, type: share, repeat: eos}
    types:
      share:
        seq:
          - {id: group, type: u2, enum: group}
          - {id: len_public_key, type: u2, if: not _io.eof}
          - {id: public_key, size: len_public_key, if: not _io.eof}
enums:
  content_type:
    20: change_cipher_spec
    21: alert
    22: handshake
    23: application_data
    24: heartbeat
  version:
    0x0300: ssl_3_0
    0x0301: tls_1_0
    0x0302: tls_1_1
    0x0303: tls_1_2
    0x0304: tls_1_3
  alert_level:
    1: warning
    2: fatal
  alert_description:
    0: close_notify
    10: unexpected_message
    20: bad_record_mac
    40: handshake_failure
    42: bad_certificate
    48: unknown_ca
    70: protocol_version
    112: unrecognized_name
    120: no_application_protocol
  handshake_type:
    1: client_hello
    2: server_hello
    4: new_session_ticket
    8: encrypted_extensions
    11: certificate
    12: server_key_exchange
    13: certificate_request
    14: server_hello_done
    15: certificate_verify
    16: client_key_exchange
    20: finished
  extension_type:
    0: server_name
    10: supported_groups
    11: ec_point_formats
    13: signature_algorithms
    16: application_protocols
    22: encrypt_then_mac
    23: extended_main_secret
    35: session_ticket
    43: supported_versions
    45: psk_key_exchange_modes
    51: key_share
    0xff01: renegotiation_info
  group:
    23: secp256r1
    24: secp384r1
    25: secp521r1
    29: x25519
    30: x448
  curve_type:
    3: named
  cipher_suite:
    0x00ff: empty_renegotiation_info
    0x1301: aes_128_gcm_sha256
    0x1302: aes_256_gcm_sha384
    0x1303: chacha20_poly1305_sha256
    0xc02b: ecdhe_ecdsa_aes_128_gcm_sha256
    0xc02c: ecdhe_ecdsa_aes_256_gcm_sha384
    0xc02f: ecdhe_rsa_aes_128_gcm_sha256
    0xc030: ecdhe_rsa_aes_256_gcm_sha384
