meta:
  id: pcap
  title: Capture file of libpcap
  file-extension: [pcap, cap]
  xref:
    mime: application/vnd.tcpdump.pcap
  imports:
    - network/ethernet_frame
    - network/ipv4_packet
    - network/ipv6_packet
  ks-version: '0.11'
doc: |
  Packets with the time at which they were seen. The first four bytes tell the byte order, that of the machine which
  wrote the file, and the unit of the times.
doc-ref: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/
seq:
  - {id: magic, type: u4be, enum: magic, valid: {in-enum: true}}
  - {id: body, type: body}
instances:
  has_nanoseconds:
    value: magic == magic::nanoseconds_big or magic == magic::nanoseconds_little
types:
  body:
    meta:
      endian:
        switch-on: _root.magic
        cases:
          'magic::microseconds_little': le
          'magic::nanoseconds_little': le
          _: be
    seq:
      - {id: version_major, type: u2, valid: 2}
      - {id: version_minor, type: u2}
      - {id: time_zone, type: s4}
      - {id: accuracy, type: u4}
      - {id: snapshot_length, type: u4, doc: Bytes of a packet that are kept at most.}
      - {id: link, type: link}
      - {id: packets, type: packet, repeat: eos}
    types:
      link:
        doc: What the packets begin with, and how many bytes of check sequence they end with.
        seq:
          - {id: raw, type: u4}
        instances:
          type:
            value: raw & 0xffff
            enum: link_type
          len_check_sequence:
            value: (raw >> 28) * 2
            if: (raw & 0x0400_0000) != 0
      packet:
        seq:
          - {id: seconds, type: u4}
          - {id: fraction, type: u4, valid: {max: '_root.has_nanoseconds ? 999_999_999 : 999_999'}}
          - {id: len_captured, type: u4}
          - {id: len_original, type: u4, valid: {min: len_captured}}
          - id: body
            size: len_captured
            type:
              switch-on: _parent.link.type
              cases:
                'link_type::ethernet': ethernet_frame
                'link_type::raw_ip': raw_ip
                'link_type::ipv4': ipv4_packet
                'link_type::ipv6': ipv6_packet
        instances:
          time:
            value: 'seconds + fraction / (_root.has_nanoseconds ? 1e9 : 1e6)'
            doc: Seconds since 1970, UTC.
      raw_ip:
        seq:
          - {id: packet, type: {switch-on: version, cases: {4: ipv4_packet, 6: ipv6_packet}}}
        instances:
          version:
            pos: 0
            type: b4
enums:
  magic:
    0xa1b2c3d4: microseconds_big
    0xd4c3b2a1: microseconds_little
    0xa1b23c4d: nanoseconds_big
    0x4d3cb2a1: nanoseconds_little
  link_type:
    0: loopback
    1: ethernet
    101: raw_ip
    105: ieee_802_11
    113: linux_cooked
    228: ipv4
    229: ipv6
    276: linux_cooked_2
