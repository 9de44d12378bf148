meta:
  id: pcapng
  title: Capture file of Wireshark
  file-extension: pcapng
  xref:
    mime: application/x-pcapng
  imports:
    - network/ethernet_frame
  ks-version: '0.11'
  encoding: UTF-8
doc: |
  Blocks, each with its length in front and behind. A section header begins a section, and says in which byte order
  all of the section is.
doc-ref: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/
seq:
  - {id: sections, type: section, repeat: eos}
types:
  section:
    seq:
      - {id: magic, contents: [0x0a, 0x0d, 0x0d, 0x0a]}
      - {id: raw_length, size: 4, type: either_order, doc: It can be read only when the byte order is known.}
      - {id: byte_order, type: u4be, enum: byte_order, valid: {in-enum: true}}
      - id: body
        type: 'section_body(byte_order, byte_order == byte_order::big ? raw_length.big : raw_length.little)'
  either_order:
    instances:
      big:
        pos: 0
        type: u4be
      little:
        pos: 0
        type: u4le
  section_body:
    meta:
      endian:
        switch-on: byte_order
        cases:
          'byte_order::big': be
          'byte_order::little': le
    params:
      - {id: byte_order, type: u4, enum: byte_order}
      - {id: len_header, type: u4}
    seq:
      - {id: version_major, type: u2, valid: 1}
      - {id: version_minor, type: u2}
      - {id: len_section, type: s8, doc: -1 where it is not known.}
      - {id: options, size: len_header - 28, type: 'option_list(block_type::section)'}
      - {id: len_header_again, type: u4, valid: len_header}
      - {id: blocks, type: block(_index), repeat: until, repeat-until: _.is_last, if: not _io.eof}
    types:
      block:
        params:
          - {id: index, type: s4}
        seq:
          - {id: type, type: u4, enum: block_type}
          - {id: len_block, type: u4, valid: {expr: _ >= 12 and _ % 4 == 0}}
          - id: body
            size: len_block - 12
            type:
              switch-on: type
              cases:
                'block_type::interface': interface
                'block_type::packet': packet
                'block_type::simple_packet': simple_packet
                'block_type::names': names
                'block_type::statistics': statistics
          - {id: len_block_again, type: u4, valid: len_block}
        instances:
          next_type:
            pos: _io.pos
            type: u4
            enum: block_type
            if: not _io.eof
          is_last:
            value: _io.eof or next_type == block_type::section
          num_interfaces:
            value: >-
              (index == 0 ? 0 : _parent.blocks[index - 1].num_interfaces.as<s4>)
              + (type == block_type::interface ? 1 : 0)
            doc: That were described up to here; packets name theirs by its number, from 0 on.
      interface:
        seq:
          - {id: link_type, type: u2, enum: link_type}
          - {id: reserved, size: 2}
          - {id: snapshot_length, type: u4}
          - {id: options, type: 'option_list(block_type::interface)'}
      finder:
        doc: Finds the block that describes an interface.
        params:
          - {id: number, type: u4}
        instances:
          candidates:
            type: candidate(_parent._parent._parent.blocks[_index])
            repeat: until
            repeat-until: _.is_it or _index + 1 == _parent._parent._parent.blocks.size
          interface:
            value: candidates.last.block.body.as<interface>
        types:
          candidate:
            params:
              - {id: block, type: block}
            instances:
              is_it:
                value: block.type == block_type::interface and block.num_interfaces == _parent.number + 1
      packet:
        seq:
          - {id: interface_number, type: u4}
          - {id: ticks_high, type: u4}
          - {id: ticks_low, type: u4}
          - {id: len_captured, type: u4}
          - {id: len_original, type: u4}
          - id: data
            size: len_captured
            type:
              switch-on: finder.interface.link_type
              cases:
                'link_type::ethernet': ethernet_frame
          - {id: padding, size: -len_captured % 4}
          - {id: options, type: 'option_list(block_type::packet)'}
        instances:
          finder:
            type: finder(interface_number)
          ticks:
            value: ticks_high.as<u8> << 32 | ticks_low
            doc: Since 1970, UTC, in the unit that the interface's options tell, which is a microsecond by default.
      simple_packet:
        doc: The padding belongs to the data here, as its length depends on the interface.
        seq:
          - {id: len_original, type: u4}
          - {id: data, size-eos: true}
      statistics:
        seq:
          - {id: interface_number, type: u4}
          - {id: ticks_high, type: u4}
          - {id: ticks_low, type: u4}
          - {id: options, type: 'option_list(block_type::statistics)'}
      names:
        seq:
          - {id: records, type: name_record, repeat: until, repeat-until: '_.type == name_type::end'}
          - {id: options, type: 'option_list(block_type::names)'}
      name_record:
        seq:
          - {id: type, type: u2, enum: name_type}
          - {id: len_body, type: u2}
          - id: body
            size: len_body
            type:
              switch-on: type
              cases:
                'name_type::ipv4': name_entry(4)
                'name_type::ipv6': name_entry(16)
          - {id: padding, size: -len_body % 4}
      name_entry:
        params:
          - {id: len_address, type: u1}
        seq:
          - {id: address, size: len_address}
          - {id: names, type: strz, repeat: eos}
      option_list:
        params:
          - {id: block_type, type: u4, enum: block_type}
        seq:
          - id: options
            type: option
            repeat: until
            repeat-until: _.code == 0 or _io.eof
            if: not _io.eof
      option:
        seq:
          - {id: code, type: u2}
          - {id: len_body, type: u2}
          - {id: text, size: len_body, type: str, if: is_text}
          - {id: resolution, type: resolution, if: is_resolution}
          - {id: body, size: len_body, if: not is_text and not is_resolution}
          - {id: padding, size: -len_body % 4}
        instances:
          kind:
            value: _parent.block_type
          is_text:
            value: >-
              code == 1 or kind == block_type::section and code <= 4
              or kind == block_type::interface and (code == 2 or code == 3 or code == 12)
          is_resolution:
            value: kind == block_type::interface and code == 9
      resolution:
        seq:
          - {id: is_binary, type: b1}
          - {id: exponent, type: b7, doc: 'The unit of times is 10, or 2, to the power of minus this, in seconds.'}
enums:
  byte_order:
    0x1a2b3c4d: big
    0x4d3c2b1a: little
  block_type:
    0x00000001: interface
    0x00000003: simple_packet
    0x00000004: names
    0x00000005: statistics
    0x00000006: packet
    0x0a0d0d0a: section
  link_type:
    0: loopback
    1: ethernet
    101: raw_ip
    113: linux_cooked
  name_type:
    0: end
    1: ipv4
    2: ipv6
