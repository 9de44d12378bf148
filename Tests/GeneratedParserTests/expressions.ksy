meta: {id: expressions, endian: le}
doc: The expression language.
seq:
  - {id: a, type: u1}
  - {id: b, type: s1}
  - {id: big, type: u8}
  - {id: text, type: strz, encoding: UTF-8}
  - {id: data, size: 4}
  - {id: list, type: u1, repeat: expr, repeat-expr: 3}
  - {id: color, type: u1, enum: color}
  - {id: real, type: f8}
  - {id: shape, type: {switch-on: a, cases: {7: square}}}
  - {id: maybe, type: u1, if: a == 200}
instances:
  sum: {value: a + b * 2}
  precedence: {value: 2 + 3 * 4 - 10 / 3 % 2}
  negative_division: {value: b / 2}
  negative_modulo: {value: b % 4}
  shifted: {value: a << 4 | a >> 2}
  masked: {value: (big & 0xffff_0000) >> 16}
  flipped: {value: ~a ^ 0b1010}
  big_plus_one: {value: big + 1}
  product: {value: big * big}
  compared: {value: a > 5 and not (b >= 0) or false}
  same_bytes: {value: 'data == [1, 2, 3, 4]'}
  less_bytes: {value: 'data < [1, 2, 4]'}
  same_text: {value: 'text == "hello" + "!"'}
  single_quoted: {value: "text == 'hello!'"}
  ternary: {value: 'a == 7 ? "seven" : "other"'}
  nested_ternary: {value: 'a == 1 ? 10 : a == 7 ? 70 : 0'}
  color_number: {value: color.to_i + 1}
  is_red: {value: color == color::red}
  named_color: {value: a - 5, enum: color}
  text_length: {value: text.length}
  text_reverse: {value: text.reverse}
  text_part: {value: 'text.substring(1, 3)'}
  number_of_text: {value: '"42".to_i'}
  hex_of_text: {value: '"ff".to_i(16)'}
  text_of_number: {value: a.to_s}
  data_text: {value: 'data.to_s("ASCII")'}
  data_length: {value: data.length}
  data_second: {value: 'data[1]'}
  first: {value: list.first}
  last: {value: list.last}
  count: {value: list.size}
  smallest: {value: list.min}
  largest: {value: list.max}
  second: {value: 'list[1]'}
  outside: {value: 'list[a]'}
  whole: {value: real.to_i}
  half: {value: real / 2}
  is_seven: {value: (a == 7).to_i}
  side: {value: shape.as<square>.side}
  side_checked: {value: shape.as<square>.side, if: a == 7}
  missing: {value: maybe + 1}
  big_equal: {value: big == 0xffffffffffffffff}
  literal_list: {value: '["a", "b"][1]'}
types:
  square: {seq: [{id: side, type: u2}]}
enums:
  color: {1: red, 2: green, 3: blue}
