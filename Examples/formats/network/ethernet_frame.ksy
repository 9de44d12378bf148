meta:
  id: ethernet_frame
  title: Ethernet frame
  xref:
    iso: 8802-3:2021
  imports:
    - ipv4_packet
    - ipv6_packet
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc: |
  A frame as capture tools see it, without preamble and check sequence. What is behind the addresses and the tags is
  a length where it is at most 1500, and otherwise tells the protocol of the payload.
doc-ref: https://standards.ieee.org/ieee/802.3/10422/ IEEE 802.3, 3.2
seq:
  - {id: destination, type: mac_address}
  - {id: source, type: mac_address}
  - {id: tags, type: tag(_index > 0), repeat: until, repeat-until: not _.is_followed}
  - id: payload
    size-eos: true
    type:
      switch-on: ether_type
      cases:
        'ether_type::ipv4': ipv4_packet
        'ether_type::ipv6': ipv6_packet
        'ether_type::arp': arp_packet
instances:
  ether_type:
    value: tags.last.type
  vlan_id:
    value: tags[1].vlan_id
    if: tags.size > 1
    doc: Of the outermost tag.
types:
  mac_address:
    seq:
      - {id: octets, size: 6}
    instances:
      is_multicast:
        value: (octets[0] & 1) != 0
      is_local:
        value: (octets[0] & 2) != 0
  tag:
    doc: A type, which may announce another tag. What a tag says besides stands in front of its own type.
    params:
      - {id: is_announced, type: bool}
    seq:
      - {id: priority, type: b3, if: is_announced}
      - {id: may_be_dropped, type: b1, if: is_announced}
      - {id: vlan_id, type: b12, if: is_announced}
      - {id: type, type: u2, enum: ether_type}
    instances:
      is_followed:
        value: type == ether_type::vlan or type == ether_type::provider_vlan
  arp_packet:
    doc-ref: https://www.rfc-editor.org/rfc/rfc826
    seq:
      - {id: hardware_type, type: u2}
      - {id: protocol_type, type: u2, enum: ether_type}
      - {id: len_hardware_address, type: u1}
      - {id: len_protocol_address, type: u1}
      - {id: operation, type: u2, enum: arp_operation}
      - {id: sender_hardware_address, size: len_hardware_address}
      - {id: sender_protocol_address, size: len_protocol_address}
      - {id: target_hardware_address, size: len_hardware_address}
      - {id: target_protocol_address, size: len_protocol_address}
enums:
  ether_type:
    0x0800: ipv4
    0x0806: arp
    0x8100: {id: vlan, doc: A tag of IEEE 802.1Q}
    0x86dd: ipv6
    0x88a8: {id: provider_vlan, doc: The outer of two tags}
    0x88cc: lldp
  arp_operation:
    1: request
    2: reply
