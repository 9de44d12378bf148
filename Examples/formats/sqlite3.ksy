meta:
  id: sqlite3
  title: SQLite database
  file-extension: [sqlite, sqlite3, db]
  xref:
    mime: application/vnd.sqlite3
    wikidata: Q28600453
  ks-version: '0.11'
  endian: be
  encoding: UTF-8
doc: |
  Pages of one size. The first begins with the file's header; each table and each index is a tree of pages, whose
  roots the table `sqlite_schema`, the tree of page 1, tells. Text is taken for UTF-8 here, as nearly all databases
  have it.
doc-ref: https://www.sqlite.org/fileformat2.html
seq:
  - {id: header, type: header}
instances:
  len_page:
    value: 'header.len_page_raw == 1 ? 65536 : header.len_page_raw'
  len_usable:
    value: len_page - header.len_reserved
    doc: Of a page, without what is reserved at its end for extensions.
  pages:
    pos: 0
    size: len_page
    type: page(_index + 1)
    repeat: expr
    repeat-expr: _io.size / len_page
types:
  header:
    seq:
      - {id: magic, contents: ["SQLite format 3", 0]}
      - {id: len_page_raw, type: u2, doc: 'A power of two from 512 to 32,768, or 1 for 65,536.'}
      - {id: write_version, type: u1, enum: journal}
      - {id: read_version, type: u1, enum: journal}
      - {id: len_reserved, type: u1}
      - {id: max_payload_fraction, type: u1, valid: 64}
      - {id: min_payload_fraction, type: u1, valid: 32}
      - {id: leaf_payload_fraction, type: u1, valid: 32}
      - {id: change_counter, type: u4}
      - {id: num_pages, type: u4}
      - {id: first_free_page, type: u4}
      - {id: num_free_pages, type: u4}
      - {id: schema_cookie, type: u4}
      - {id: schema_format, type: u4, valid: {max: 4}}
      - {id: cache_size, type: s4}
      - {id: largest_root_page, type: u4, doc: 0 where the database does not vacuum itself.}
      - {id: encoding, type: u4, enum: encoding}
      - {id: user_version, type: s4}
      - {id: is_incremental_vacuum, type: u4}
      - {id: application_id, type: u4}
      - {id: reserved, size: 20}
      - {id: version_valid_for, type: u4}
      - {id: sqlite_version, type: u4}
    instances:
      sqlite_version_text:
        value: f"{sqlite_version / 1000000}.{sqlite_version / 1000 % 1000}.{sqlite_version % 1000}"
  page:
    doc: Pages that are no node of a tree are not looked into here.
    params:
      - {id: number, type: s4}
    instances:
      ofs_node:
        value: 'number == 1 ? sizeof<header> : 0'
      type:
        pos: ofs_node
        type: u1
        enum: page_type
      node:
        pos: ofs_node
        type: node
        if: >-
          type == page_type::table_leaf or type == page_type::table_interior
          or type == page_type::index_leaf or type == page_type::index_interior
  node:
    seq:
      - {id: type, type: u1, enum: page_type}
      - {id: ofs_first_free_block, type: u2}
      - {id: num_cells, type: u2}
      - {id: ofs_cells_raw, type: u2}
      - {id: num_fragmented_bytes, type: u1}
      - {id: right_child, type: u4, if: is_interior}
      - {id: cells, type: cell(type), repeat: expr, repeat-expr: num_cells}
    instances:
      is_interior:
        value: type == page_type::table_interior or type == page_type::index_interior
      ofs_cells:
        value: 'ofs_cells_raw == 0 ? 65536 : ofs_cells_raw'
  cell:
    params:
      - {id: type, type: u1, enum: page_type}
    seq:
      - {id: ofs_body, type: u2}
    instances:
      body:
        pos: ofs_body
        type:
          switch-on: type
          cases:
            'page_type::table_leaf': table_leaf_cell
            'page_type::table_interior': table_interior_cell
            'page_type::index_leaf': index_cell(false)
            'page_type::index_interior': index_cell(true)
  table_leaf_cell:
    seq:
      - {id: len_payload, type: varint}
      - {id: row_id, type: varint}
      - {id: payload, size: overflow.len_local, type: record}
      - {id: first_overflow_page, type: u4, if: overflow.is_spilled}
    instances:
      overflow:
        type: overflow(len_payload.value, _root.len_usable - 35)
  table_interior_cell:
    seq:
      - {id: left_child, type: u4}
      - {id: row_id, type: varint}
  index_cell:
    params:
      - {id: has_child, type: bool}
    seq:
      - {id: left_child, type: u4, if: has_child}
      - {id: len_payload, type: varint}
      - {id: payload, size: overflow.len_local, type: record}
      - {id: first_overflow_page, type: u4, if: overflow.is_spilled}
    instances:
      overflow:
        type: overflow(len_payload.value, (_root.len_usable - 12) * 64 / 255 - 23)
  overflow:
    doc: How much of a payload is in its cell; the rest is in a chain of pages.
    params:
      - {id: len_payload, type: u8}
      - {id: max_local, type: s4}
    instances:
      min_local:
        value: (_root.len_usable - 12) * 32 / 255 - 23
      is_spilled:
        value: len_payload > max_local
      len_wanted:
        value: min_local + (len_payload - min_local) % (_root.len_usable - 4)
      len_local:
        value: 'not is_spilled ? len_payload : len_wanted <= max_local ? len_wanted : min_local'
  record:
    doc: |
      A header with the type of each column, and the columns' values. Of a payload that is continued on overflow
      pages, only what is in the cell is seen here.
    seq:
      - {id: len_header, type: varint}
      - {id: column_types, size: len_header.value - _io.pos, type: column_types}
      - id: values
        type: value(column_types.codes[_index].value)
        repeat: expr
        repeat-expr: column_types.codes.size
  column_types:
    seq:
      - {id: codes, type: varint, repeat: eos}
  value:
    doc: Null, which is code 0, and the integers 0 and 1, codes 8 and 9, have no bytes.
    params:
      - {id: code, type: u8}
    seq:
      - id: content
        type:
          switch-on: 'code < 12 ? code : 12 + code % 2'
          cases:
            1: s1
            2: s2
            3: int24
            4: s4
            5: int48
            6: s8
            7: f8
            12: blob((code - 12) / 2)
            13: text((code - 12) / 2)
        if: code >= 12 or not _io.eof
    instances:
      is_null:
        value: code == 0
      constant:
        value: code - 8
        if: code == 8 or code == 9
  int24:
    seq:
      - {id: high, type: s1}
      - {id: low, type: u2}
    instances:
      value:
        value: high * 0x1_0000 + low
  int48:
    seq:
      - {id: high, type: s2}
      - {id: low, type: u4}
    instances:
      value:
        value: high * 0x1_0000_0000 + low
  text:
    params:
      - {id: len_value, type: u8}
    seq:
      - {id: value, type: str, size: 'len_value < _io.size - _io.pos ? len_value : _io.size - _io.pos'}
  blob:
    params:
      - {id: len_value, type: u8}
    seq:
      - {id: value, size: 'len_value < _io.size - _io.pos ? len_value : _io.size - _io.pos'}
  varint:
    doc: Up to nine bytes, high bits first. The ninth counts whole, of the others seven bits do.
    seq:
      - id: groups
        type: 'group(_index, _index == 0 ? 0 : groups[_index - 1].value)'
        repeat: until
        repeat-until: not _.has_more or _index == 8
    instances:
      value:
        value: groups.last.value
    types:
      group:
        params:
          - {id: index, type: s4}
          - {id: upper, type: u8}
        seq:
          - {id: byte, type: u1}
        instances:
          has_more:
            value: byte >= 0x80
          value:
            value: 'index == 8 ? upper << 8 | byte : upper << 7 | byte & 0x7f'
enums:
  journal:
    1: legacy
    2: write_ahead_log
  encoding:
    1: utf_8
    2: utf_16le
    3: utf_16be
  page_type:
    0x02: index_interior
    0x05: table_interior
    0x0a: index_leaf
    0x0d: table_leaf
