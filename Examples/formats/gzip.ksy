meta:
  id: gzip
  title: gzip
  file-extension: [gz, tgz]
  xref:
    mime: application/gzip
    rfc: 1952
  ks-version: '0.11'
  endian: le
  bit-endian: be
doc: |
  One file, compressed by DEFLATE. What is compressed has no length of its own, so a second member, which the
  specification allows behind the first, cannot be told from the first one's data here.
doc-ref: https://www.rfc-editor.org/rfc/rfc1952
seq:
  - {id: magic, contents: [0x1f, 0x8b]}
  - {id: compression_method, type: u1, enum: compression_method, valid: 'compression_method::deflate'}
  - {id: flags, type: flags}
  - id: modified
    type: u4
    doc: Seconds since 1970, UTC; 0 where it is not known.
  - {id: effort, type: u1, enum: effort}
  - {id: operating_system, type: u1, enum: operating_system}
  - {id: len_extra, type: u2, if: flags.has_extra}
  - {id: extra, type: extra, size: len_extra, if: flags.has_extra}
  - {id: name, type: strz, encoding: ISO-8859-1, if: flags.has_name}
  - {id: comment, type: strz, encoding: ISO-8859-1, if: flags.has_comment}
  - {id: header_crc, type: u2, if: flags.has_header_crc, doc: The lower half of the CRC-32 of everything before it.}
  - id: compressed
    size: _io.size - _io.pos - sizeof<trailer>
  - {id: trailer, type: trailer}
instances:
  compression_ratio:
    value: compressed.length * 1.0 / trailer.len_data
    if: trailer.len_data != 0
types:
  flags:
    seq:
      - {id: reserved, type: b3, valid: 0}
      - {id: has_comment, type: b1}
      - {id: has_name, type: b1}
      - {id: has_extra, type: b1}
      - {id: has_header_crc, type: b1}
      - {id: is_text, type: b1}
  extra:
    seq:
      - {id: fields, type: field, repeat: eos}
    types:
      field:
        seq:
          - {id: id, type: str, size: 2, encoding: ASCII}
          - {id: len_body, type: u2}
          - {id: body, size: len_body}
  trailer:
    seq:
      - {id: crc, type: u4, doc: CRC-32 of the uncompressed data.}
      - id: len_data
        type: u4
        doc: Of the uncompressed data, modulo 2^32.
enums:
  compression_method:
    8: deflate
  effort:
    0: default
    2: {id: best, doc: 'The compressor took its time.'}
    4: {id: fastest, doc: 'The compressor was in a hurry.'}
  operating_system:
    0: fat
    1: amiga
    2: vms
    3: unix
    4: vm_cms
    5: atari_tos
    6: hpfs
    7: macintosh
    8: z_system
    9: cp_m
    10: tops_20
    11: ntfs
    12: qdos
    13: acorn_riscos
    255: unknown
