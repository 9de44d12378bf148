meta:
  id: bmp
  title: Windows bitmap
  file-extension: [bmp, dib]
  xref:
    mime: image/bmp
  ks-version: '0.11'
  endian: le
  bit-endian: be
doc: |
  An image in rows, the lowest first unless the height is negative, each padded to a multiple of four bytes. The
  header that describes it grew over time; its length says which one it is.
doc-ref: https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage
seq:
  - {id: file_header, type: file_header}
  - id: len_header
    type: u4
    doc: Of the bitmap's header, with these four bytes.
  - id: header
    size: len_header - sizeof<u4>
    type:
      switch-on: len_header
      cases:
        12: core_header
        _: info_header
  - id: masks
    type: u4
    repeat: expr
    repeat-expr: 'info.compression == compression::alpha_bitfields ? 4 : 3'
    if: |
      len_header == 40
      and (info.compression == compression::bitfields or info.compression == compression::alpha_bitfields)
    doc: Where red, green, blue and alpha are in a pixel.
  - {id: palette, type: palette_color(is_core), repeat: expr, repeat-expr: num_colors}
instances:
  is_core:
    value: len_header == 12
  core:
    value: header.as<core_header>
    if: is_core
  info:
    value: header.as<info_header>
    if: not is_core
  width:
    value: 'is_core ? core.width : info.width'
  height:
    value: 'is_core ? core.height : (info.height < 0 ? -info.height : info.height)'
  bits_per_pixel:
    value: 'is_core ? core.bits_per_pixel : info.bits_per_pixel'
  num_colors:
    value: >-
      bits_per_pixel > 8 ? (is_core ? 0 : info.num_colors)
      : (is_core or info.num_colors == 0) ? 1 << bits_per_pixel
      : info.num_colors
  len_row:
    value: (width * bits_per_pixel + 31) / 32 * 4
  is_packed:
    value: >-
      not is_core and info.compression != compression::none
      and info.compression != compression::bitfields and info.compression != compression::alpha_bitfields
  pixels:
    pos: file_header.ofs_pixels
    type: row
    size: len_row
    repeat: expr
    repeat-expr: height
    if: not is_packed
  packed_pixels:
    pos: file_header.ofs_pixels
    size: info.len_image
    if: is_packed
types:
  file_header:
    seq:
      - {id: magic, contents: BM}
      - {id: len_file, type: u4, valid: {max: _io.size}}
      - {id: reserved, size: 4}
      - {id: ofs_pixels, type: u4}
  core_header:
    doc: Of OS/2 and Windows 2.
    seq:
      - {id: width, type: u2}
      - {id: height, type: u2}
      - {id: num_planes, type: u2, valid: 1}
      - {id: bits_per_pixel, type: u2}
  info_header:
    doc: Of Windows 3, and what later versions added behind it.
    seq:
      - {id: width, type: s4}
      - {id: height, type: s4, doc: Negative where the first row is the uppermost.}
      - {id: num_planes, type: u2, valid: 1}
      - {id: bits_per_pixel, type: u2, valid: {any-of: [0, 1, 4, 8, 16, 24, 32]}}
      - {id: compression, type: u4, enum: compression}
      - {id: len_image, type: u4}
      - {id: pixels_per_meter_x, type: s4}
      - {id: pixels_per_meter_y, type: s4}
      - {id: num_colors, type: u4}
      - {id: num_important_colors, type: u4}
      - {id: extension, type: v4_header, if: not _io.eof}
  v4_header:
    doc: Color masks and a color space, each only as far as the header's length goes.
    seq:
      - {id: red_mask, type: u4}
      - {id: green_mask, type: u4}
      - {id: blue_mask, type: u4}
      - {id: alpha_mask, type: u4, if: not _io.eof}
      - {id: color_space, type: color_space, if: not _io.eof}
  color_space:
    seq:
      - {id: type, type: u4, enum: color_space_type}
      - id: endpoints
        type: s4
        repeat: expr
        repeat-expr: 9
        doc: CIE X, Y and Z of red, green and blue, in 2.30 fixed point.
      - id: gammas
        type: u4
        repeat: expr
        repeat-expr: 3
        doc: Of red, green and blue, in 16.16 fixed point.
      - {id: intent, type: u4, if: not _io.eof}
      - {id: ofs_profile, type: u4, if: not _io.eof}
      - {id: len_profile, type: u4, if: not _io.eof}
      - {id: reserved, type: u4, if: not _io.eof}
  palette_color:
    params:
      - {id: is_core, type: bool}
    seq:
      - {id: blue, type: u1}
      - {id: green, type: u1}
      - {id: red, type: u1}
      - {id: reserved, type: u1, if: not is_core}
  row:
    seq:
      - id: values
        type:
          switch-on: _root.bits_per_pixel
          cases:
            1: b1
            4: b4
            8: u1
            16: u2
            24: bgr
            32: u4
        repeat: expr
        repeat-expr: _root.width
  bgr:
    seq:
      - {id: blue, type: u1}
      - {id: green, type: u1}
      - {id: red, type: u1}
enums:
  compression:
    0: none
    1: run_length_8
    2: run_length_4
    3: bitfields
    4: jpeg
    5: png
    6: alpha_bitfields
  color_space_type:
    0: calibrated
    0x4c494e4b: linked_profile
    0x4d424544: embedded_profile
    0x57696e20: windows
    0x73524742: srgb
