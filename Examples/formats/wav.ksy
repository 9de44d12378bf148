meta:
  id: wav
  title: Waveform audio in a RIFF container
  file-extension: [wav, wave]
  xref:
    mime: audio/vnd.wave
  ks-version: '0.11'
  endian: le
  bit-endian: le
doc: |
  Sound as samples. RIFF files are chunks, each a four-letter code, a length, and as many bytes; a chunk of odd
  length is followed by a byte that does not count.
doc-ref: http://www-mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
seq:
  - {id: magic, contents: RIFF}
  - {id: len_riff, type: u4}
  - {id: riff, type: wave, size: len_riff}
types:
  wave:
    seq:
      - {id: form_type, contents: WAVE}
      - {id: chunks, type: chunk(_index), repeat: eos}
    instances:
      format:
        value: chunks.last.format
  chunk:
    params:
      - {id: index, type: s4}
    seq:
      - {id: code, type: u4, enum: fourcc}
      - {id: len_body, type: u4}
      - id: body
        size: len_body
        type:
          switch-on: code
          cases:
            'fourcc::format': format
            'fourcc::data': samples(format)
            'fourcc::fact': fact
            'fourcc::list': list
      - {id: padding, size: len_body % 2, if: not _io.eof}
    instances:
      format:
        value: |
          code == fourcc::format ? body.as<format> : _parent.chunks[index - 1].format.as<format>
        if: code == fourcc::format or index > 0
        doc: Of this chunk, or of the nearest one before it.
      num_frames:
        value: len_body / format.len_frame
        if: code == fourcc::data
      duration:
        value: num_frames * 1.0 / format.sample_rate
        if: code == fourcc::data
        doc: Seconds.
  format:
    seq:
      - {id: code, type: u2, enum: format_code}
      - {id: num_channels, type: u2, valid: {min: 1}}
      - {id: sample_rate, type: u4, doc: Frames in a second.}
      - {id: byte_rate, type: u4}
      - {id: len_frame, type: u2, doc: Bytes of one sample of each channel.}
      - {id: bits_per_sample, type: u2}
      - {id: len_extension, type: u2, if: not _io.eof}
      - id: extension
        type: format_extension
        size: len_extension
        if: not _io.eof and len_extension >= 22
    instances:
      effective_code:
        value: 'code == format_code::extensible ? extension.code : code'
      is_float:
        value: effective_code == format_code::ieee_float
      sample_type:
        value: >-
          is_float ? (bits_per_sample == 64 ? sample_type::float_64 : sample_type::float_32)
          : bits_per_sample <= 8 ? sample_type::unsigned_8
          : bits_per_sample <= 16 ? sample_type::signed_16
          : bits_per_sample <= 24 ? sample_type::signed_24
          : sample_type::signed_32
  format_extension:
    seq:
      - {id: valid_bits_per_sample, type: u2}
      - {id: speakers, type: speakers, size: 4}
      - {id: code, type: u2, enum: format_code}
      - {id: guid_rest, contents: [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]}
  speakers:
    seq:
      - {id: front_left, type: b1}
      - {id: front_right, type: b1}
      - {id: front_center, type: b1}
      - {id: low_frequency, type: b1}
      - {id: back_left, type: b1}
      - {id: back_right, type: b1}
      - {id: others, type: b26}
  fact:
    seq:
      - {id: num_frames, type: u4}
  samples:
    params:
      - {id: format, type: format}
    seq:
      - {id: frames, type: frame(format), size: format.len_frame, repeat: eos}
  frame:
    params:
      - {id: format, type: format}
    seq:
      - id: samples
        type:
          switch-on: format.sample_type
          cases:
            'sample_type::unsigned_8': u1
            'sample_type::signed_16': s2
            'sample_type::signed_24': int24
            'sample_type::signed_32': s4
            'sample_type::float_32': f4
            'sample_type::float_64': f8
        repeat: expr
        repeat-expr: format.num_channels
  int24:
    seq:
      - {id: bits, type: b24}
    instances:
      value:
        value: (bits ^ 0x80_0000) - 0x80_0000
  list:
    seq:
      - {id: list_type, type: str, size: 4, encoding: ASCII}
      - {id: items, type: list_item, repeat: eos}
  list_item:
    seq:
      - {id: code, type: str, size: 4, encoding: ASCII}
      - {id: len_body, type: u4}
      - id: text
        type: strz
        size: len_body
        encoding: windows-1252
        if: _parent.list_type == "INFO"
      - id: body
        size: len_body
        if: _parent.list_type != "INFO"
      - {id: padding, size: len_body % 2, if: not _io.eof}
enums:
  fourcc:
    0x20746d66: format
    0x61746164: data
    0x74636166: fact
    0x5453494c: list
  format_code:
    0x0001: pcm
    0x0002: adpcm
    0x0003: ieee_float
    0x0006: a_law
    0x0007: mu_law
    0xfffe: {id: extensible, doc: The extension says which.}
  sample_type:
    1: unsigned_8
    2: signed_16
    3: signed_24
    4: signed_32
    5: float_32
    6: float_64
