meta:
  id: ip_payload
  title: What is in an IP packet
  imports:
    - icmp_message
    - icmpv6_message
    - ipv4_packet
    - ipv6_extension
    - ipv6_packet
    - tcp_segment
    - udp_datagram
  ks-version: '0.11'
doc: |
  The same protocols are in both versions of IP, and a packet may be in a packet; so these descriptions import each
  other.
doc-ref: https://www.iana.org/assignments/protocol-numbers/
params:
  - {id: protocol, type: u1, enum: protocol}
seq:
  - id: body
    size-eos: true
    type:
      switch-on: protocol
      cases:
        'protocol::icmp': icmp_message
        'protocol::ipv4': ipv4_packet
        'protocol::tcp': tcp_segment
        'protocol::udp': udp_datagram
        'protocol::ipv6': ipv6_packet
        'protocol::icmpv6': icmpv6_message
        'protocol::hop_by_hop_options': ipv6_extension(protocol)
        'protocol::routing': ipv6_extension(protocol)
        'protocol::fragment': ipv6_extension(protocol)
        'protocol::destination_options': ipv6_extension(protocol)
enums:
  protocol:
    0: {id: hop_by_hop_options, doc: Of IPv6 only}
    1: icmp
    2: igmp
    4: {id: ipv4, doc: IP in IP, doc-ref: RFC 2003}
    6: tcp
    17: udp
    41: {id: ipv6, doc: A tunnel of IPv6, doc-ref: RFC 4213}
    43: routing
    44: fragment
    47: gre
    58: icmpv6
    59: nothing
    60: destination_options
    132: sctp
