meta:
  id: gif
  title: Graphics Interchange Format
  file-extension: gif
  xref:
    mime: image/gif
  ks-version: '0.11'
  endian: le
  bit-endian: be
doc: |
  Images of up to 256 colors, several of which make an animation. Behind the header stand blocks up to the trailer;
  what has no fixed length is cut into sub-blocks of at most 255 bytes.
doc-ref: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
seq:
  - {id: header, type: header}
  - {id: screen, type: screen_descriptor}
  - {id: global_colors, type: color_table, size: screen.flags.num_colors * 3, if: screen.flags.has_color_table}
  - {id: blocks, type: block, repeat: until, repeat-until: '_.type == block_type::trailer or _io.eof'}
types:
  header:
    seq:
      - {id: magic, contents: GIF}
      - {id: version, type: str, size: 3, encoding: ASCII, valid: {any-of: ['"87a"', '"89a"']}}
  screen_descriptor:
    seq:
      - {id: width, type: u2}
      - {id: height, type: u2}
      - {id: flags, type: screen_flags}
      - {id: background_color_index, type: u1}
      - {id: pixel_aspect_ratio, type: u1}
    instances:
      aspect_ratio:
        value: (pixel_aspect_ratio + 15) / 64.0
        if: pixel_aspect_ratio != 0
        doc: Width of a pixel divided by its height.
  screen_flags:
    seq:
      - {id: has_color_table, type: b1}
      - id: color_resolution
        type: b3
        doc: Bits of each primary color in the original image, less one.
      - {id: is_sorted, type: b1}
      - {id: color_table_size, type: b3}
    instances:
      num_colors:
        value: 2 << color_table_size
  color_table:
    seq:
      - {id: colors, type: color, repeat: eos}
  color:
    seq:
      - {id: red, type: u1}
      - {id: green, type: u1}
      - {id: blue, type: u1}
  block:
    seq:
      - {id: type, type: u1, enum: block_type, valid: {in-enum: true}}
      - id: body
        type:
          switch-on: type
          cases:
            'block_type::extension': extension
            'block_type::image': image
  image:
    seq:
      - {id: left, type: u2}
      - {id: top, type: u2}
      - {id: width, type: u2}
      - {id: height, type: u2}
      - {id: flags, type: image_flags}
      - {id: local_colors, type: color_table, size: flags.num_colors * 3, if: flags.has_color_table}
      - id: min_code_size
        type: u1
        valid: {min: 2, max: 8}
        doc: Bits of the first LZW codes, less one.
      - {id: data, type: sub_blocks}
  image_flags:
    seq:
      - {id: has_color_table, type: b1}
      - {id: is_interlaced, type: b1}
      - {id: is_sorted, type: b1}
      - {id: reserved, type: b2}
      - {id: color_table_size, type: b3}
    instances:
      num_colors:
        value: 2 << color_table_size
  extension:
    seq:
      - {id: label, type: u1, enum: extension_label}
      - id: body
        type:
          switch-on: label
          cases:
            'extension_label::graphic_control': graphic_control
            'extension_label::application': application
            _: sub_blocks
  graphic_control:
    doc: How the image behind it is shown.
    seq:
      - {id: len_body, contents: [4]}
      - {id: reserved, type: b3}
      - {id: disposal, type: b3, enum: disposal}
      - {id: waits_for_user, type: b1}
      - {id: has_transparent_color, type: b1}
      - {id: delay, type: u2, doc: Hundredths of a second.}
      - {id: transparent_color_index, type: u1}
      - {id: terminator, contents: [0]}
  application:
    seq:
      - {id: len_body, contents: [11]}
      - {id: identifier, type: str, size: 8, encoding: ASCII}
      - {id: authentication_code, size: 3}
      - {id: data, type: sub_blocks}
    instances:
      num_loops:
        value: data.parts[0].body[1] | data.parts[0].body[2] << 8
        if: identifier == "NETSCAPE" and data.parts[0].len_body == 3
        doc: How often the animation is repeated; 0 means without end.
  sub_blocks:
    seq:
      - {id: parts, type: sub_block, repeat: until, repeat-until: _.len_body == 0}
  sub_block:
    seq:
      - {id: len_body, type: u1}
      - {id: body, size: len_body}
enums:
  block_type:
    0x21: extension
    0x2c: image
    0x3b: trailer
  extension_label:
    0x01: plain_text
    0xf9: graphic_control
    0xfe: comment
    0xff: application
  disposal:
    0: unspecified
    1: leave
    2: restore_background
    3: restore_previous
