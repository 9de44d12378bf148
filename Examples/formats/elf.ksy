meta:
  id: elf
  title: Executable and Linkable Format
  application: Linux, BSD, Solaris and others
  file-extension: [elf, so, o, ko]
  xref:
    mime: application/x-elf
  ks-version: '0.11'
doc: |
  Programs, libraries, object files and core dumps. Its first bytes say whether addresses have 32 or 64 bits and
  which byte order all the rest has.
doc-ref: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
seq:
  - {id: magic, contents: [0x7f, ELF]}
  - {id: address_size, type: u1, enum: address_size, valid: {in-enum: true}}
  - {id: byte_order, type: u1, enum: byte_order}
  - {id: version, type: u1, valid: 1}
  - {id: abi, type: u1, enum: abi}
  - {id: abi_version, type: u1}
  - {id: padding, size: 16 - _io.pos}
  - {id: body, type: body}
instances:
  is_64:
    value: address_size == address_size::bits_64
types:
  body:
    meta:
      endian:
        switch-on: _root.byte_order
        cases:
          'byte_order::little': le
          'byte_order::big': be
    seq:
      - {id: type, type: u2, enum: file_type}
      - {id: machine, type: u2, enum: machine}
      - {id: version, type: u4}
      - id: entry
        type: &address
          switch-on: _root.address_size
          cases:
            'address_size::bits_32': u4
            'address_size::bits_64': u8
        doc: Where a program begins. Everything of this type is 4 or 8 bytes long.
      - {id: ofs_segments, type: *address}
      - {id: ofs_sections, type: *address}
      - {id: flags, type: u4}
      - {id: len_header, type: u2}
      - {id: len_segment, type: u2}
      - {id: num_segments, type: u2}
      - {id: len_section, type: u2}
      - {id: num_sections, type: u2}
      - {id: index_of_section_names, type: u2}
    instances:
      segments:
        pos: ofs_segments
        size: len_segment
        type: segment
        repeat: expr
        repeat-expr: num_segments
      sections:
        pos: ofs_sections
        size: len_section
        type: section
        repeat: expr
        repeat-expr: num_sections
      section_names:
        value: sections[index_of_section_names].strings
        if: index_of_section_names != 0
    types:
      segment:
        seq:
          - {id: type, type: u4, enum: segment_type}
          - {id: flags_64, type: u4, if: _root.is_64}
          - {id: ofs_body, type: *address}
          - {id: virtual_address, type: *address}
          - {id: physical_address, type: *address}
          - {id: len_in_file, type: *address}
          - {id: len_in_memory, type: *address}
          - {id: flags_32, type: u4, if: not _root.is_64}
          - {id: alignment, type: *address}
        instances:
          flags:
            value: '_root.is_64 ? flags_64 : flags_32'
          is_executable:
            value: (flags & 1) != 0
          is_writable:
            value: (flags & 2) != 0
          is_readable:
            value: (flags & 4) != 0
          interpreter:
            io: _root._io
            pos: ofs_body
            size: len_in_file
            type: strz
            encoding: UTF-8
            if: type == segment_type::interpreter
      section:
        seq:
          - {id: ofs_name, type: u4}
          - {id: type, type: u4, enum: section_type}
          - {id: flags, type: *address}
          - {id: address, type: *address}
          - {id: ofs_body, type: *address}
          - {id: len_body, type: *address}
          - {id: linked_section_index, type: u4}
          - {id: info, type: u4}
          - {id: alignment, type: *address}
          - {id: len_entry, type: *address}
        instances:
          name:
            io: _parent.section_names._io
            pos: ofs_name
            type: strz
            encoding: UTF-8
            if: _parent.index_of_section_names != 0
          linked_section:
            value: _parent.sections[linked_section_index]
            if: linked_section_index != 0 and linked_section_index < _parent.num_sections
          strings:
            io: _root._io
            pos: ofs_body
            size: len_body
            type: string_table
            if: type == section_type::string_table
          symbols:
            io: _root._io
            pos: ofs_body
            size: len_entry
            type: symbol(linked_section.strings)
            repeat: expr
            repeat-expr: len_body / len_entry
            if: type == section_type::symbols or type == section_type::dynamic_symbols
          notes:
            io: _root._io
            pos: ofs_body
            size: len_body
            type: notes
            if: type == section_type::notes
      string_table:
        seq:
          - {id: strings, type: strz, encoding: UTF-8, repeat: eos}
      symbol:
        params:
          - {id: names, type: string_table}
        seq:
          - {id: ofs_name, type: u4}
          - {id: value_32, type: u4, if: not _root.is_64}
          - {id: size_32, type: u4, if: not _root.is_64}
          - {id: binding, type: b4, enum: symbol_binding}
          - {id: type, type: b4, enum: symbol_type}
          - {id: other, type: u1}
          - {id: section_index, type: u2, enum: special_section}
          - {id: value_64, type: u8, if: _root.is_64}
          - {id: size_64, type: u8, if: _root.is_64}
        instances:
          value:
            value: '_root.is_64 ? value_64 : value_32'
          size:
            value: '_root.is_64 ? size_64 : size_32'
          name:
            io: names._io
            pos: ofs_name
            type: strz
            encoding: UTF-8
      notes:
        seq:
          - {id: notes, type: note, repeat: eos}
      note:
        seq:
          - {id: len_name, type: u4}
          - {id: len_body, type: u4}
          - {id: type, type: u4}
          - {id: name, type: strz, size: (len_name + 3) & ~3, encoding: ASCII}
          - {id: body, size: len_body}
          - {id: padding, size: (4 - len_body % 4) % 4, if: not _io.eof}
enums:
  address_size:
    1: bits_32
    2: bits_64
  byte_order:
    1: little
    2: big
  abi:
    0: system_v
    2: netbsd
    3: linux
    6: solaris
    9: freebsd
    12: openbsd
  file_type:
    1: relocatable
    2: executable
    3: shared
    4: core
  machine:
    0x02: sparc
    0x03: x86
    0x08: mips
    0x14: powerpc
    0x15: powerpc_64
    0x16: s390
    0x28: arm
    0x3e: x86_64
    0xb7: aarch64
    0xf3: riscv
  segment_type:
    0: unused
    1: load
    2: dynamic
    3: interpreter
    4: note
    6: program_headers
    7: thread_local
    0x6474e550: gnu_eh_frame
    0x6474e551: gnu_stack
    0x6474e552: gnu_relro
    0x6474e553: gnu_property
  section_type:
    0: unused
    1: program
    2: symbols
    3: string_table
    4: relocations_with_addend
    5: hash
    6: dynamic
    7: notes
    8: no_bits
    9: relocations
    11: dynamic_symbols
    14: initializers
    15: finalizers
    0x6ffffff6: gnu_hash
    0x6ffffffe: gnu_version_needs
    0x6fffffff: gnu_versions
  special_section:
    0: undefined
    0xfff1: absolute
    0xfff2: common
  symbol_binding:
    0: local
    1: global
    2: weak
  symbol_type:
    0: untyped
    1: object
    2: function
    3: section
    4: file
    5: common
    6: thread_local
