meta:
  id: zip
  title: ZIP archive
  file-extension: [zip, jar, docx, odt, apk]
  xref:
    iso: '21320-1:2015'
    mime: application/zip
  ks-version: '0.11'
  endian: le
  bit-endian: le
doc: |
  Files, each compressed by itself, and a directory of them at the end. The directory is what counts: it is found
  from the record at the very end, behind which only a comment of up to 65,535 bytes may stand.
doc-ref: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
instances:
  candidates:
    type: end_candidate(_index)
    repeat: until
    repeat-until: _.is_found or _index == 0xffff
    doc: The places where the end record may begin, from the last one on.
  end_record:
    pos: candidates.last.place
    type: end_record
  directory:
    pos: end_record.ofs_directory
    size: end_record.len_directory
    type: directory
types:
  end_candidate:
    params:
      - {id: len_comment, type: u2}
    instances:
      place:
        value: _io.size - sizeof<end_record_head> - len_comment
      head:
        pos: place
        type: end_record_head
      is_found:
        value: head.magic == [0x50, 0x4b, 0x05, 0x06] and head.len_comment == len_comment
  end_record_head:
    doc: The fixed part of the end record, without the condition that it is one.
    seq:
      - {id: magic, size: 4}
      - {id: body, size: 16}
      - {id: len_comment, type: u2}
  end_record:
    seq:
      - {id: magic, contents: [PK, 5, 6]}
      - {id: disk_number, type: u2}
      - {id: directory_disk_number, type: u2}
      - {id: num_entries_on_disk, type: u2}
      - {id: num_entries, type: u2}
      - {id: len_directory, type: u4}
      - {id: ofs_directory, type: u4}
      - {id: len_comment, type: u2}
      - {id: comment, type: str, size: len_comment, encoding: UTF-8}
  directory:
    seq:
      - {id: entries, type: entry, repeat: eos}
  entry:
    seq:
      - {id: magic, contents: [PK, 1, 2]}
      - {id: made_by_version, type: u1}
      - {id: made_by_system, type: u1, enum: system}
      - {id: common, type: common}
      - {id: len_comment, type: u2}
      - {id: disk_number, type: u2}
      - {id: internal_attributes, type: u2}
      - {id: external_attributes, type: u4}
      - {id: ofs_file, type: u4}
      - {id: raw_name, size: common.len_name}
      - {id: extra, type: extra, size: common.len_extra}
      - {id: raw_comment, size: len_comment}
    instances:
      name:
        value: 'common.flags.is_utf8 ? raw_name.to_s("UTF-8") : raw_name.to_s("IBM437")'
      comment:
        value: 'common.flags.is_utf8 ? raw_comment.to_s("UTF-8") : raw_comment.to_s("IBM437")'
      permissions:
        value: external_attributes >> 16 & 0o777
        if: made_by_system == system::unix
      file:
        io: _root._io
        pos: ofs_file
        type: local_file(common.len_compressed)
  common:
    doc: What the directory and the file itself both tell.
    seq:
      - {id: needed_version, type: u2}
      - {id: flags, type: flags, size: 2}
      - {id: compression_method, type: u2, enum: compression_method}
      - {id: modified, type: dos_time}
      - {id: crc, type: u4, doc: CRC-32 of the uncompressed data.}
      - {id: len_compressed, type: u4}
      - {id: len_uncompressed, type: u4}
      - {id: len_name, type: u2}
      - {id: len_extra, type: u2}
  flags:
    seq:
      - {id: is_encrypted, type: b1}
      - {id: compression_options, type: b2}
      - id: has_descriptor
        type: b1
        doc: The lengths and the CRC in front of the data are zero, and stand behind it.
      - {id: others, type: b7}
      - id: is_utf8
        type: b1
        doc: Names and comments are UTF-8, otherwise IBM437.
  dos_time:
    seq:
      - {id: half_second, type: b5}
      - {id: minute, type: b6}
      - {id: hour, type: b5}
      - {id: day, type: b5}
      - {id: month, type: b4}
      - {id: years_since_1980, type: b7}
    instances:
      second:
        value: half_second * 2
      year:
        value: 1980 + years_since_1980
  local_file:
    params:
      - id: len_data
        type: u4
        doc: From the directory, since the file's own may be zero.
    seq:
      - {id: magic, contents: [PK, 3, 4]}
      - {id: common, type: common}
      - {id: raw_name, size: common.len_name}
      - {id: extra, type: extra, size: common.len_extra}
      - {id: data, size: len_data}
      - {id: descriptor, type: descriptor(has_long_lengths), if: common.flags.has_descriptor}
    instances:
      has_long_lengths:
        value: extra.fields.size > 0 and extra.fields[0].id == extra_id::zip64
  descriptor:
    params:
      - {id: has_long_lengths, type: bool}
    seq:
      - {id: magic, contents: [PK, 7, 8]}
      - {id: crc, type: u4}
      - id: len_compressed
        type:
          switch-on: has_long_lengths
          cases:
            'true': u8
            'false': u4
      - id: len_uncompressed
        type:
          switch-on: has_long_lengths
          cases:
            'true': u8
            'false': u4
  extra:
    seq:
      - {id: fields, type: extra_field, repeat: eos}
  extra_field:
    seq:
      - {id: id, type: u2, enum: extra_id}
      - {id: len_body, type: u2}
      - id: body
        size: len_body
        type:
          switch-on: id
          cases:
            'extra_id::extended_timestamp': extended_timestamp
            'extra_id::unix_owner': unix_owner
  extended_timestamp:
    doc: Seconds since 1970, UTC. In the directory only the first of the times is there, whatever the flags say.
    seq:
      - {id: has_modified, type: b1}
      - {id: has_accessed, type: b1}
      - {id: has_created, type: b1}
      - {id: reserved, type: b5}
      - {id: modified, type: s4, if: has_modified and not _io.eof}
      - {id: accessed, type: s4, if: has_accessed and not _io.eof}
      - {id: created, type: s4, if: has_created and not _io.eof}
  unix_owner:
    seq:
      - {id: version, type: u1}
      - {id: len_user, type: u1}
      - {id: user, type: owner_id(len_user), size: len_user}
      - {id: len_group, type: u1}
      - {id: group, type: owner_id(len_group), size: len_group}
  owner_id:
    params:
      - {id: len_value, type: u1}
    seq:
      - id: value
        type:
          switch-on: len_value
          cases:
            1: u1
            2: u2
            4: u4
            8: u8
enums:
  compression_method:
    0: stored
    8: deflated
    9: deflated_64
    12: bzip2
    14: lzma
    93: zstandard
    95: xz
  extra_id:
    0x0001: zip64
    0x000a: ntfs
    0x5455: extended_timestamp
    0x7875: unix_owner
  system:
    0: dos
    3: unix
    10: ntfs
    19: macos
