meta:
  id: ipv6_address
  title: IPv6 address
  xref: {rfc: 4291}
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc-ref: https://www.rfc-editor.org/rfc/rfc4291
seq:
  - {id: groups, type: u2, repeat: expr, repeat-expr: 8}
instances:
  is_multicast:
    value: groups[0] >> 8 == 0xff
  is_link_local:
    value: groups[0] >> 6 == 0xfe80 >> 6
  is_mapped_ipv4:
    value: groups[5] == 0xffff and groups[0] + groups[1] + groups[2] + groups[3] + groups[4] == 0
