meta:
  id: png
  title: Portable Network Graphics
  file-extension: [png, apng]
  xref:
    iso: '15948:2004'
    mime: image/png
    rfc: 2083
  ks-version: '0.11'
  endian: be
doc: |
  A lossless image: a signature, and chunks up to one that says that it is the last. The pixels are in the `IDAT`
  chunks, which together are one zlib stream.
doc-ref: https://www.w3.org/TR/png-3/
seq:
  - {id: magic, contents: [0x89, PNG, 0x0d, 0x0a, 0x1a, 0x0a]}
  - id: chunks
    type: chunk
    repeat: until
    repeat-until: _.type == "IEND" or _io.eof
instances:
  header:
    value: chunks[0].body.as<image_header>
    doc: The first chunk must be the header; what other chunks mean depends on it.
types:
  chunk:
    seq:
      - {id: len_body, type: u4, valid: {max: 0x7fff_ffff}}
      - {id: type, type: str, size: 4, encoding: ASCII}
      - id: body
        size: len_body
        type:
          switch-on: type
          cases:
            '"IHDR"': image_header
            '"PLTE"': palette
            '"tRNS"': transparency
            '"gAMA"': gamma
            '"cHRM"': chromaticities
            '"sRGB"': rendering
            '"pHYs"': physical_size
            '"tIME"': time
            '"tEXt"': text
            '"zTXt"': compressed_text
            '"iTXt"': international_text
      - {id: crc, type: u4, doc: CRC-32 of the type and the body.}
  image_header:
    seq:
      - {id: width, type: u4, valid: {min: 1, max: 0x7fff_ffff}}
      - {id: height, type: u4, valid: {min: 1, max: 0x7fff_ffff}}
      - id: bit_depth
        type: u1
        valid:
          any-of: [1, 2, 4, 8, 16]
        doc: Bits of a sample, or of an index into the palette.
      - {id: color_type, type: u1, enum: color_type, valid: {in-enum: true}}
      - {id: compression_method, type: u1, valid: 0}
      - {id: filter_method, type: u1, valid: 0}
      - {id: interlace_method, type: u1, enum: interlace_method}
    instances:
      samples_per_pixel:
        value: >-
          color_type == color_type::truecolor ? 3
          : color_type == color_type::truecolor_alpha ? 4
          : color_type == color_type::grayscale_alpha ? 2
          : 1
      len_line:
        value: (width * bit_depth * samples_per_pixel + 7) / 8
        doc: Bytes of a line of pixels, without the byte that names its filter.
  palette:
    seq:
      - {id: colors, type: rgb, repeat: eos, doc: 1 to 256 of them.}
  rgb:
    seq:
      - {id: red, type: u1}
      - {id: green, type: u1}
      - {id: blue, type: u1}
  transparency:
    doc: What is transparent; the form depends on the color type.
    seq:
      - {id: gray, type: u2, if: '_root.header.color_type == color_type::grayscale'}
      - {id: color, type: u2, repeat: expr, repeat-expr: 3, if: '_root.header.color_type == color_type::truecolor'}
      - id: alphas
        type: u1
        repeat: eos
        if: _root.header.color_type == color_type::indexed
        doc: Of the palette's colors, as far as there are; the others are opaque.
  gamma:
    seq:
      - {id: gamma_int, type: u4}
    instances:
      gamma:
        value: gamma_int / 100000.0
  chromaticities:
    seq:
      - {id: white, type: point}
      - {id: red, type: point}
      - {id: green, type: point}
      - {id: blue, type: point}
    types:
      point:
        seq:
          - {id: x_int, type: u4}
          - {id: y_int, type: u4}
        instances:
          x:
            value: x_int / 100000.0
          y:
            value: y_int / 100000.0
  rendering:
    seq:
      - {id: intent, type: u1, enum: rendering_intent}
  physical_size:
    seq:
      - {id: pixels_per_unit_x, type: u4}
      - {id: pixels_per_unit_y, type: u4}
      - {id: unit, type: u1, enum: unit}
    instances:
      dots_per_inch:
        value: pixels_per_unit_x * 0.0254
        if: unit == unit::meter
  time:
    doc: When the image was last changed, in UTC.
    seq:
      - {id: year, type: u2}
      - {id: month, type: u1, valid: {min: 1, max: 12}}
      - {id: day, type: u1, valid: {min: 1, max: 31}}
      - {id: hour, type: u1}
      - {id: minute, type: u1}
      - {id: second, type: u1}
  text:
    seq:
      - {id: keyword, type: strz, encoding: ISO-8859-1}
      - {id: text, type: str, size-eos: true, encoding: ISO-8859-1}
  compressed_text:
    seq:
      - {id: keyword, type: strz, encoding: ISO-8859-1}
      - {id: compression_method, type: u1, valid: 0}
      - {id: text, size-eos: true, process: zlib, type: latin1_text}
  latin1_text:
    seq:
      - {id: value, type: str, size-eos: true, encoding: ISO-8859-1}
  international_text:
    seq:
      - {id: keyword, type: strz, encoding: ISO-8859-1}
      - {id: is_compressed, type: u1, valid: {any-of: [0, 1]}}
      - {id: compression_method, type: u1}
      - {id: language, type: strz, encoding: ASCII, doc-ref: RFC 3066}
      - {id: translated_keyword, type: strz, encoding: UTF-8}
      - {id: text, type: str, size-eos: true, encoding: UTF-8, if: is_compressed == 0}
      - {id: compressed_text, size-eos: true, process: zlib, type: utf8_text, if: is_compressed == 1}
  utf8_text:
    seq:
      - {id: value, type: str, size-eos: true, encoding: UTF-8}
enums:
  color_type:
    0: grayscale
    2: {id: truecolor, doc: 'Red, green, blue'}
    3: {id: indexed, doc: Indices into the palette}
    4: grayscale_alpha
    6: truecolor_alpha
  interlace_method:
    0: none
    1: {id: adam7, doc: Seven passes}
  rendering_intent:
    0: perceptual
    1: relative_colorimetric
    2: saturation
    3: absolute_colorimetric
  unit:
    0: unknown
    1: meter
