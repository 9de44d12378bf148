meta:
  id: truetype
  title: TrueType font
  application: Font engines such as FreeType
  file-extension: [ttf, ttc]
  xref:
    iso: '14496-22:2019'
    mime: font/ttf
  ks-version: '0.11'
  endian: be
  bit-endian: be
doc: |
  Outlines of glyphs with all that is needed to set text in them, in tables which a directory lists. OpenType fonts
  with PostScript outlines have the same tables but other outlines.
doc-ref: https://learn.microsoft.com/en-us/typography/opentype/spec/otff
seq:
  - {id: flavor, type: u4, enum: flavor, valid: {in-enum: true}}
  - {id: num_tables, type: u2}
  - {id: search_range, type: u2}
  - {id: entry_selector, type: u2}
  - {id: range_shift, type: u2}
  - {id: tables, type: table, repeat: expr, repeat-expr: num_tables}
instances:
  head:
    type: finder("head")
  maxp:
    type: finder("maxp")
  hhea:
    type: finder("hhea")
types:
  finder:
    doc: Finds a table by its name.
    params:
      - {id: name, type: str}
    instances:
      candidates:
        type: candidate(_index)
        repeat: until
        repeat-until: _.is_it or _index + 1 == _root.num_tables
      table:
        value: _root.tables[candidates.last.index]
        if: candidates.last.is_it
    types:
      candidate:
        params:
          - {id: index, type: s4}
        instances:
          is_it:
            value: _root.tables[index].name == _parent.name
  table:
    seq:
      - {id: name, type: str, size: 4, encoding: ASCII}
      - {id: checksum, type: u4}
      - {id: ofs_body, type: u4}
      - {id: len_body, type: u4}
    instances:
      body:
        io: _root._io
        pos: ofs_body
        size: len_body
        type:
          switch-on: name
          cases:
            '"head"': head
            '"hhea"': hhea
            '"hmtx"': hmtx
            '"maxp"': maxp
            '"name"': name
            '"cmap"': cmap
            '"loca"': loca
            '"OS/2"': os2
            '"post"': post
  fixed:
    doc: A number with 16 bits behind the point.
    seq:
      - {id: raw, type: s4}
    instances:
      value:
        value: raw / 65536.0
  head:
    seq:
      - {id: version_major, type: u2, valid: 1}
      - {id: version_minor, type: u2}
      - {id: revision, type: fixed}
      - {id: checksum_adjustment, type: u4}
      - {id: magic, type: u4, valid: 0x5f0f_3cf5}
      - {id: flags, type: u2}
      - {id: units_per_em, type: u2, valid: {min: 16, max: 16384}}
      - {id: created, type: s8, doc: Seconds since 1904.}
      - {id: modified, type: s8}
      - {id: x_min, type: s2}
      - {id: y_min, type: s2}
      - {id: x_max, type: s2}
      - {id: y_max, type: s2}
      - {id: style, type: style, size: 2}
      - {id: min_pixels_per_em, type: u2}
      - {id: direction_hint, type: s2}
      - {id: offset_format, type: s2, enum: offset_format, valid: {in-enum: true}}
      - {id: glyph_format, type: s2}
  style:
    seq:
      - {id: reserved, type: b9}
      - {id: is_extended, type: b1}
      - {id: is_condensed, type: b1}
      - {id: has_shadow, type: b1}
      - {id: is_outline, type: b1}
      - {id: is_underlined, type: b1}
      - {id: is_italic, type: b1}
      - {id: is_bold, type: b1}
  maxp:
    seq:
      - {id: version, type: fixed}
      - {id: num_glyphs, type: u2}
      - {id: limits, type: u2, repeat: eos, doc: What a font engine must be prepared for.}
  hhea:
    seq:
      - {id: version, type: fixed}
      - {id: ascender, type: s2}
      - {id: descender, type: s2}
      - {id: line_gap, type: s2}
      - {id: max_advance_width, type: u2}
      - {id: min_left_side_bearing, type: s2}
      - {id: min_right_side_bearing, type: s2}
      - {id: max_x_extent, type: s2}
      - {id: caret, type: s2, repeat: expr, repeat-expr: 3}
      - {id: reserved, size: 8}
      - {id: metric_format, type: s2, valid: 0}
      - {id: num_metrics, type: u2, valid: {min: 1}}
  hmtx:
    doc: Glyphs behind those with metrics are as wide as the last of them.
    seq:
      - id: metrics
        type: metric
        repeat: expr
        repeat-expr: _root.hhea.table.body.as<hhea>.num_metrics
      - {id: left_side_bearings, type: s2, repeat: eos}
    types:
      metric:
        seq:
          - {id: advance_width, type: u2}
          - {id: left_side_bearing, type: s2}
  loca:
    doc: Where the outlines of each glyph are in `glyf`, and where the last ones end.
    seq:
      - id: offsets
        type:
          switch-on: _root.head.table.body.as<head>.offset_format
          cases:
            'offset_format::halved_16': u2
            'offset_format::plain_32': u4
        repeat: expr
        repeat-expr: _root.maxp.table.body.as<maxp>.num_glyphs + 1
  name:
    seq:
      - {id: version, type: u2}
      - {id: num_records, type: u2}
      - {id: ofs_texts, type: u2}
      - {id: records, type: record, repeat: expr, repeat-expr: num_records}
    types:
      record:
        seq:
          - {id: platform, type: u2, enum: platform}
          - {id: encoding, type: u2}
          - {id: language, type: u2}
          - {id: kind, type: u2, enum: name_kind}
          - {id: len_text, type: u2}
          - {id: ofs_text, type: u2}
        instances:
          wide_text:
            pos: _parent.ofs_texts + ofs_text
            size: len_text
            type: str
            encoding: UTF-16BE
            if: platform == platform::unicode or platform == platform::windows
          roman_text:
            pos: _parent.ofs_texts + ofs_text
            size: len_text
            type: str
            encoding: ASCII
            if: platform == platform::macintosh and encoding == 0
            doc: In Mac Roman, which has ASCII's characters and others.
  cmap:
    seq:
      - {id: version, type: u2}
      - {id: num_maps, type: u2}
      - {id: maps, type: character_map, repeat: expr, repeat-expr: num_maps}
  character_map:
    seq:
      - {id: platform, type: u2, enum: platform}
      - {id: encoding, type: u2}
      - {id: ofs_body, type: u4}
    instances:
      format:
        pos: ofs_body
        type: u2
      body:
        pos: ofs_body + 2
        type: {switch-on: format, cases: {0: byte_map, 4: segment_map, 6: trimmed_map}}
    types:
      byte_map:
        seq:
          - {id: len_map, type: u2}
          - {id: language, type: u2}
          - {id: glyphs, type: u1, repeat: expr, repeat-expr: 256}
      segment_map:
        doc: Ranges of characters. The glyph of one is found by the range's delta, or its offset into a list.
        seq:
          - {id: len_map, type: u2}
          - {id: language, type: u2}
          - {id: num_segments_doubled, type: u2}
          - {id: search_hints, size: 6}
          - {id: last_characters, type: u2, repeat: expr, repeat-expr: num_segments_doubled / 2}
          - {id: reserved, contents: [0, 0]}
          - {id: first_characters, type: u2, repeat: expr, repeat-expr: num_segments_doubled / 2}
          - {id: deltas, type: s2, repeat: expr, repeat-expr: num_segments_doubled / 2}
          - {id: range_offsets, type: u2, repeat: expr, repeat-expr: num_segments_doubled / 2}
          - id: glyphs
            type: u2
            repeat: expr
            repeat-expr: (len_map - 16 - num_segments_doubled * 4) / 2
      trimmed_map:
        seq:
          - {id: len_map, type: u2}
          - {id: language, type: u2}
          - {id: first_character, type: u2}
          - {id: num_glyphs, type: u2}
          - {id: glyphs, type: u2, repeat: expr, repeat-expr: num_glyphs}
  os2:
    seq:
      - {id: version, type: u2}
      - {id: average_width, type: s2}
      - {id: weight, type: u2, valid: {min: 1, max: 1000}}
      - {id: width, type: u2, enum: width}
      - {id: embedding, type: u2}
      - {id: scripts_and_strikeout, type: s2, repeat: expr, repeat-expr: 10}
      - {id: family_class, type: s2}
      - {id: panose, size: 10}
      - {id: unicode_ranges, size: 16}
      - {id: vendor, type: str, size: 4, encoding: ASCII}
      - {id: selection, type: u2}
      - {id: first_character, type: u2}
      - {id: last_character, type: u2}
      - {id: rest, size-eos: true, doc: Later versions added metrics here.}
  post:
    seq:
      - {id: version, type: fixed}
      - {id: italic_angle, type: fixed}
      - {id: underline_position, type: s2}
      - {id: underline_thickness, type: s2}
      - {id: is_fixed_pitch, type: u4}
      - {id: memory, type: u4, repeat: expr, repeat-expr: 4}
      - {id: num_glyphs, type: u2, if: version.raw == 0x2_0000}
      - {id: name_indices, type: u2, repeat: expr, repeat-expr: num_glyphs, if: version.raw == 0x2_0000}
      - {id: names, type: pascal_text, repeat: eos, if: version.raw == 0x2_0000}
    types:
      pascal_text:
        seq:
          - {id: len_value, type: u1}
          - {id: value, type: str, size: len_value, encoding: ASCII}
enums:
  flavor:
    0x00010000: truetype
    0x4f54544f: postscript
    0x74727565: apple_truetype
  offset_format:
    0: {id: halved_16, doc: 'Offsets are even, and stored divided by two.'}
    1: plain_32
  platform:
    0: unicode
    1: macintosh
    3: windows
  name_kind:
    0: copyright
    1: family
    2: subfamily
    3: unique_id
    4: full_name
    5: version
    6: postscript_name
    7: trademark
    8: manufacturer
    9: designer
    13: license
    14: license_url
  width:
    1: ultra_condensed
    3: condensed
    5: normal
    7: expanded
    9: ultra_expanded
