extension BrokenDescription {
  static let expressions: [BrokenDescription] = [
    BrokenDescription(
      "an instance that depends on itself",
      """
      meta: {id: a}
      instances:
        x: {value: y + 1}
        y: {value: x + 1}
      """,
      [
        #"3:14: the type of 'x' depends on itself; say what it is: '.as<type>' (/instances/x/value)"#,
        #"4:14: the type of 'y' depends on itself; say what it is: '.as<type>' (/instances/y/value)"#,
      ]),
    BrokenDescription(
      "adding a text to a number",
      """
      meta: {id: a}
      instances:
        x: {value: 1 + "a"}
      """,
      [
        #"3:14: '+' cannot be applied to an integer and a string (/instances/x/value)"#
      ]),
    BrokenDescription(
      "comparing a number with a text",
      """
      meta: {id: a}
      instances:
        x: {value: 1 == "a"}
      """,
      [
        #"3:14: '==' cannot be applied to an integer and a string (/instances/x/value)"#
      ]),
    BrokenDescription(
      "not of a number",
      """
      meta: {id: a}
      instances:
        x: {value: not 5}
      """,
      [
        #"3:14: 'not' cannot be applied to an integer (/instances/x/value)"#
      ]),
    BrokenDescription(
      "and of numbers",
      """
      meta: {id: a}
      instances:
        x: {value: 1 and 2}
      """,
      [
        #"3:14: 'and' cannot be applied to an integer and an integer (/instances/x/value)"#
      ]),
    BrokenDescription(
      "division by zero",
      """
      meta: {id: a}
      instances:
        x: {value: 5 / 0}
      """,
      [
        #"3:18: division by zero (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a shift by too much",
      """
      meta: {id: a}
      instances:
        x: {value: 1 << 64}
      """,
      [
        #"3:19: a shift is by 0 to 63 bits, not by 64 (/instances/x/value)"#
      ]),
    BrokenDescription(
      "sides of a ternary that do not fit",
      """
      meta: {id: a}
      instances:
        x: {value: 'true ? 1 : "a"'}
      """,
      [
        #"3:15: the two sides of '?:' are an integer and a string (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a condition that is no boolean",
      """
      meta: {id: a}
      instances:
        x: {value: '1 ? 2 : 3'}
      """,
      [
        #"3:15: a condition must be a boolean, but this is an integer (/instances/x/value)"#
      ]),
    BrokenDescription(
      "an expression that ends too early",
      """
      meta: {id: a}
      instances:
        x: {value: 1 +}
      """,
      [
        #"3:17: a value is expected, but the expression ends (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a parenthesis that is not closed",
      """
      meta: {id: a}
      instances:
        x: {value: (1 + 2}
      """,
      [
        #"3:20: ')' is expected, but the expression ends (/instances/x/value)"#
      ]),
    BrokenDescription(
      "something after the expression",
      """
      meta: {id: a}
      instances:
        x: {value: 1 2}
      """,
      [
        #"3:16: the end of the expression is expected, but found 2 (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a character that means nothing",
      """
      meta: {id: a}
      instances:
        x: {value: 1 $ 2}
      """,
      [
        #"3:16: unexpected character '$' (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a string that is not closed",
      """
      meta: {id: a}
      instances:
        x: {value: '"abc'}
      """,
      [
        #"3:15: the string has no closing " (/instances/x/value)"#
      ]),
    BrokenDescription(
      "an integer beyond 64 bits",
      """
      meta: {id: a}
      instances:
        x: {value: 18446744073709551616}
      """,
      [
        #"3:14: the integer 18446744073709551616 does not fit into 64 bits (/instances/x/value)"#
      ]),
    BrokenDescription(
      "digits of another base",
      """
      meta: {id: a}
      instances:
        x: {value: 0b12}
      """,
      [
        #"3:14: '0b12' is no 64-bit integer in base 2 (/instances/x/value)"#
      ]),
    BrokenDescription(
      "an unknown escape",
      """
      meta: {id: a}
      instances:
        x: {value: '"\\q"'}
      """,
      [
        #"3:16: unknown escape '\q' (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a method that does not exist",
      """
      meta: {id: a}
      instances:
        x: {value: '"abc".size'}
      """,
      [
        #"3:21: a string has no 'size'; it has length, reverse, substring(from, to), to_i, to_i(radix) (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a member that does not exist, with a near one",
      """
      meta: {id: a}
      seq:
        - {id: head, type: head}
        - {id: data, size: head.coutn}
      types:
        head: {seq: [{id: count, type: u1}]}
      """,
      [
        #"4:27: the type 'head' has no 'coutn'; did you mean 'count'? (/seq/1/size)"#
      ]),
    BrokenDescription(
      "an index of a number",
      """
      meta: {id: a}
      instances:
        x: {value: '5[0]'}
      """,
      [
        #"3:16: an integer has no elements (/instances/x/value)"#
      ]),
    BrokenDescription(
      "an index that is a text",
      """
      meta: {id: a}
      instances:
        x: {value: '[1, 2]["a"]'}
      """,
      [
        #"3:22: an index must be an integer, but this is a string (/instances/x/value)"#
      ]),
    BrokenDescription(
      "a list of different things",
      """
      meta: {id: a}
      instances:
        x: {value: '[1000, "a"]'}
      """,
      [
        #"3:22: a list of an integer cannot hold a string (/instances/x/value)"#
      ]),
    BrokenDescription(
      "underscore where it means nothing",
      """
      meta: {id: a}
      seq:
        - {id: x, size: _}
      """,
      [
        #"3:19: '_' means something only in 'repeat-until' and 'valid' (/seq/0/size)"#
      ]),
    BrokenDescription(
      "_index outside of a repetition",
      """
      meta: {id: a}
      seq:
        - {id: x, size: _index}
      """,
      [
        #"3:19: '_index' means something only in a repetition (/seq/0/size)"#
      ]),
    BrokenDescription(
      "an unknown property of a stream",
      """
      meta: {id: a}
      seq:
        - {id: x, size: _io.sise}
      """,
      [
        #"3:23: a stream has no 'sise'; did you mean 'size'? (/seq/0/size)"#
      ]),
    BrokenDescription(
      "_parent where nobody is",
      """
      meta: {id: a}
      types:
        lonely:
          seq: [{id: x, size: _parent.size}]
      """,
      [
        "4:33: an object of any type has no 'size' that is known here; say which type it is: '.as<type>.size' "
          + "(/types/lonely/seq/0/size)"
      ]),
    BrokenDescription(
      "_parent without that member",
      """
      meta: {id: a}
      seq: [{id: inner, type: inner}]
      types:
        inner:
          seq: [{id: x, size: _parent.size}]
      """,
      [
        #"5:33: the type 'a' has no 'size' (/types/inner/seq/0/size)"#
      ]),
    BrokenDescription(
      "an unknown enum",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, enum: colour}
      enums:
        color: {1: red}
      """,
      [
        #"3:29: unknown enum 'colour'; did you mean 'color'? (/seq/0/enum)"#
      ]),
    BrokenDescription(
      "an unknown member of an enum",
      """
      meta: {id: a}
      instances:
        x: {value: color::rad}
      enums:
        color: {1: red}
      """,
      [
        #"3:14: the enum 'color' has no member 'rad'; did you mean 'red'? (/instances/x/value)"#
      ]),
    BrokenDescription(
      "an enum on bytes",
      """
      meta: {id: a}
      seq:
        - {id: x, size: 1, enum: color}
      enums:
        color: {1: red}
      """,
      [
        #"3:22: only an integer can have an 'enum' (/seq/0/enum)"#
      ]),
    BrokenDescription(
      "an enum's key that is no integer",
      """
      meta: {id: a}
      enums:
        color: {one: red}
      """,
      [
        #"3:11: an enum's key must be an integer, not 'one' (/enums/color/one)"#
      ]),
    BrokenDescription(
      "an enum with a value twice",
      """
      meta: {id: a}
      enums:
        color: {1: red, 0x01: green}
      """,
      [
        #"3:19: the value 1 already belongs to 'red' (/enums/color/0x01)"#
      ]),
  ]
}
