extension BrokenDescription {
  static let attributes: [BrokenDescription] = [
    BrokenDescription(
      "an unknown type with a near one",
      """
      meta: {id: a}
      seq:
        - {id: x, type: heder}
      types:
        header: {}
      """,
      [
        #"3:19: unknown type 'heder'; did you mean 'header'? (/seq/0/type)"#
      ]),
    BrokenDescription(
      "an unknown type far from any",
      """
      meta: {id: a}
      seq:
        - {id: x, type: quux}
      """,
      [
        #"3:19: unknown type 'quux' (/seq/0/type)"#
      ]),
    BrokenDescription(
      "a type in an unknown scope",
      """
      meta: {id: a}
      seq:
        - {id: x, type: 'foo::bar'}
      """,
      [
        #"3:20: unknown type 'foo::bar' (/seq/0/type)"#
      ]),
    BrokenDescription(
      "no byte order",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u2}
      """,
      [
        #"3:19: 'u2' needs a byte order: say 'u2le' or 'u2be', or set 'endian' in 'meta' (/seq/0/type)"#
      ]),
    BrokenDescription(
      "an integer of three bytes",
      """
      meta: {id: a, endian: le}
      seq:
        - {id: x, type: u3}
      """,
      [
        #"3:19: unknown type 'u3'; did you mean 'u1'? (/seq/0/type)"#
      ]),
    BrokenDescription(
      "bytes without a size",
      """
      meta: {id: a}
      seq:
        - id: x
      """,
      [
        #"3:5: bytes need a 'size', 'size-eos: true', 'terminator', 'contents' or a 'type' (/seq/0)"#
      ]),
    BrokenDescription(
      "a string without a size",
      """
      meta: {id: a, encoding: UTF-8}
      seq:
        - {id: x, type: str}
      """,
      [
        #"3:5: a string needs a 'size', 'size-eos: true' or a 'terminator' (/seq/0)"#
      ]),
    BrokenDescription(
      "a string without an encoding",
      """
      meta: {id: a}
      seq:
        - {id: x, type: strz}
      """,
      [
        #"3:5: a string needs an 'encoding', here or in 'meta' (/seq/0)"#
      ]),
    BrokenDescription(
      "a number with a size",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, size: 2}
      """,
      [
        #"3:23: 'u1' has a size of its own (/seq/0/size)"#
      ]),
    BrokenDescription(
      "a negative size",
      """
      meta: {id: a}
      seq:
        - {id: x, size: -1}
      """,
      [
        #"3:19: a size cannot be negative (/seq/0/size)"#
      ]),
    BrokenDescription(
      "a size that is a text",
      """
      meta: {id: a}
      seq:
        - {id: x, size: '"four"'}
      """,
      [
        #"3:20: 'size' must be an integer, but this is a string (/seq/0/size)"#
      ]),
    BrokenDescription(
      "size and size-eos",
      """
      meta: {id: a}
      seq:
        - {id: x, size: 4, size-eos: true}
      """,
      [
        #"3:22: an attribute has either 'size' or 'size-eos' (/seq/0)"#
      ]),
    BrokenDescription(
      "a terminator beyond a byte",
      """
      meta: {id: a}
      seq:
        - {id: x, terminator: 300}
      """,
      [
        #"3:25: 'terminator' must be an integer from 0 to 255 (/seq/0/terminator)"#
      ]),
    BrokenDescription(
      "contents beyond a byte",
      """
      meta: {id: a}
      seq:
        - {id: x, contents: [1, 256]}
      """,
      [
        #"3:27: 256 is no byte (0 to 255) (/seq/0/contents/1)"#
      ]),
    BrokenDescription(
      "contents with a type",
      """
      meta: {id: a}
      seq:
        - {id: x, contents: AB, type: u2le}
      """,
      [
        #"3:13: an attribute has either 'contents' or 'type' (/seq/0/contents)"#
      ]),
    BrokenDescription(
      "a boolean that is none",
      """
      meta: {id: a}
      seq:
        - {id: x, size-eos: maybe}
      """,
      [
        #"3:23: 'size-eos' must be true or false (/seq/0/size-eos)"#
      ]),
    BrokenDescription(
      "a repeat that is none",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, repeat: untill, repeat-until: _ == 0}
      """,
      [
        #"3:31: 'repeat' is eos, expr or until, not 'untill'; did you mean 'until'? (/seq/0/repeat)"#
      ]),
    BrokenDescription(
      "repeat expr without an expression",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, repeat: expr}
      """,
      [
        #"3:31: 'repeat: expr' needs 'repeat-expr' (/seq/0/repeat)"#
      ]),
    BrokenDescription(
      "repeat-until without repeat",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, repeat-until: _ == 0}
      """,
      [
        #"3:23: 'repeat-until' needs 'repeat: until' beside it (/seq/0/repeat-until)"#
      ]),
    BrokenDescription(
      "a count that is a text",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, repeat: expr, repeat-expr: '"3"'}
      """,
      [
        #"3:51: 'repeat-expr' must be an integer, but this is a string (/seq/0/repeat-expr)"#
      ]),
    BrokenDescription(
      "an until that is no boolean",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, repeat: until, repeat-until: _ + 1}
      """,
      [
        #"3:52: 'repeat-until' must be a boolean, but this is an integer (/seq/0/repeat-until)"#
      ]),
    BrokenDescription(
      "an if that is no boolean",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1}
        - {id: y, type: u1, if: x}
      """,
      [
        #"4:27: 'if' must be a boolean, but this is an integer (/seq/1/if)"#
      ]),
    BrokenDescription(
      "two members of a name",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1}
        - {id: x, type: u1}
      """,
      [
        #"4:10: the type has two members 'x' (/seq/1)"#
      ]),
    BrokenDescription(
      "an instance with the name of a field",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1}
      instances:
        x: {value: 1}
      """,
      [
        #"5:3: the type has two members 'x' (/instances/x)"#
      ]),
    BrokenDescription(
      "a name that does not exist, with a near one",
      """
      meta: {id: a}
      seq:
        - {id: length, type: u1}
        - {id: data, size: lenght}
      """,
      [
        #"4:22: unknown name 'lenght' in the type 'a'; did you mean 'length'? (/seq/1/size)"#
      ]),
  ]
}
