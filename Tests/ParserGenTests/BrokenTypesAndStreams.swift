extension BrokenDescription {
  static let typesAndStreams: [BrokenDescription] = [
    BrokenDescription(
      "an enum with a name twice",
      """
      meta: {id: a}
      enums:
        color: {1: red, 2: red}
      """,
      [
        #"3:22: the enum has two members 'red' (/enums/color/2)"#
      ]),
    BrokenDescription(
      "valid with two forms",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, valid: {eq: 1, min: 0}}
      """,
      [
        #"3:38: 'min' does not go with 'eq' (/seq/0/valid/min)"#
      ]),
    BrokenDescription(
      "valid of another type",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, valid: '"a"'}
      """,
      [
        #"3:31: the value in 'valid' must be an integer, but this is a string (/seq/0/valid)"#
      ]),
    BrokenDescription(
      "in-enum without an enum",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, valid: {in-enum: true}}
      """,
      [
        #"3:30: 'in-enum' needs an 'enum' beside it (/seq/0/valid/in-enum)"#
      ]),
    BrokenDescription(
      "min of bytes",
      """
      meta: {id: a}
      seq:
        - {id: x, size: 2, valid: {min: 1}}
      """,
      [
        #"3:35: the value in 'valid' must be bytes, but this is an integer (/seq/0/valid/min)"#
      ]),
    BrokenDescription(
      "a switch without cases",
      """
      meta: {id: a}
      seq:
        - {id: x, type: {switch-on: 1}}
      """,
      [
        #"3:19: a switched type needs 'switch-on' and 'cases' (/seq/0/type)"#
      ]),
    BrokenDescription(
      "a case of another type",
      """
      meta: {id: a}
      seq:
        - {id: k, type: u1}
        - {id: x, type: {switch-on: k, cases: {'"a"': one}}}
      types: {one: {}}
      """,
      [
        #"4:42: a case must be an integer as 'switch-on' is, but this is a string (/seq/1/type/cases/"a")"#
      ]),
    BrokenDescription(
      "a case without a size",
      """
      meta: {id: a, encoding: UTF-8}
      seq:
        - {id: k, type: u1}
        - {id: x, type: {switch-on: k, cases: {1: str}}}
      """,
      [
        #"4:45: this case needs a 'size', 'size-eos: true' or a 'terminator' on the attribute (/seq/1/type/cases/1)"#
      ]),
    BrokenDescription(
      "too few arguments",
      """
      meta: {id: a}
      seq:
        - {id: x, type: sized}
      types:
        sized:
          params: [{id: n, type: u1}]
          seq: [{id: data, size: n}]
      """,
      [
        #"3:19: the type 'sized' takes 1 parameters, not 0 (/seq/0/type)"#
      ]),
    BrokenDescription(
      "an argument of another type",
      """
      meta: {id: a}
      seq:
        - {id: x, type: 'sized("a")'}
      types:
        sized:
          params: [{id: n, type: u1}]
          seq: [{id: data, size: n}]
      """,
      [
        #"3:26: the parameter 'n' must be an integer, but this is a string (/seq/0/type)"#
      ]),
    BrokenDescription(
      "arguments of a built-in type",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1(5)}
      """,
      [
        #"3:19: 'u1' takes no parameters (/seq/0/type)"#
      ]),
    BrokenDescription(
      "a parameter of an unknown type",
      """
      meta: {id: a}
      types:
        sized:
          params: [{id: n, type: int}]
      """,
      [
        #"4:28: unknown type 'int' (/types/sized/params/0/type)"#
      ]),
    BrokenDescription(
      "a parameter without a name",
      """
      meta: {id: a}
      types:
        sized:
          params: [{type: u1}]
      """,
      [
        #"4:14: a parameter needs an 'id' (/types/sized/params/0)"#
      ]),
    BrokenDescription(
      "an unknown response stream",
      """
      meta: {id: a}
      -stream: {answered-by: answr}
      types:
        answer: {seq: [{id: x, type: u1}]}
      """,
      [
        #"2:24: unknown type 'answr'; did you mean 'answer'? (/-stream/answered-by)"#
      ]),
    BrokenDescription(
      "a stream on a type that is no message",
      """
      meta: {id: a}
      seq: [{id: x, type: one}]
      types:
        one: {seq: [{id: y, type: two}]}
        two: {-stream: {followed-by: one}, seq: [{id: z, type: u1}]}
      """,
      [
        #"5:3: '-stream' belongs to the root type or to a type of one of its attributes: 'two' is neither (/types/two/-stream)"#
      ]),
    BrokenDescription(
      "a response stream that uses its root",
      """
      meta: {id: a}
      -stream: {answered-by: answer}
      seq: [{id: n, type: u1}]
      types:
        answer: {seq: [{id: x, size: _root.n}]}
      """,
      [
        #"5:3: a response stream is parsed apart from its request: it cannot use '_root' or '_parent'; pass a parameter (/types/answer)"#
      ]),
    BrokenDescription(
      "an unknown key of -stream",
      """
      meta: {id: a, -stream: {prots: [80]}}
      """,
      [
        #"1:25: unknown key 'prots' in '-stream'; did you mean 'ports'? (/meta/-stream/prots)"#
      ]),
    BrokenDescription(
      "a port beyond 65535",
      """
      meta: {id: a, -stream: {ports: [80, 70000]}}
      """,
      [
        #"1:37: a port is an integer from 1 to 65535 (/meta/-stream/ports)"#
      ]),
    BrokenDescription(
      "a transport that is not supported",
      """
      meta: {id: a, -stream: {transport: sctp}}
      """,
      [
        #"1:36: 'transport' is tcp, udp, or both: not 'sctp' (/meta/-stream/transport)"#
      ]),
    BrokenDescription(
      "a transport that is named twice, and one that is none",
      """
      meta: {id: a, -stream: {transport: [udp, ucp, udp]}}
      """,
      [
        #"1:42: 'transport' is tcp, udp, or both: not 'ucp'; did you mean 'tcp'? (/meta/-stream/transport)"#,
        #"1:47: the transport 'udp' is named twice (/meta/-stream/transport)"#,
      ]),
    BrokenDescription(
      "no transport",
      """
      meta: {id: a, -stream: {transport: []}}
      """,
      [
        #"1:36: 'transport' is tcp, udp, or both: not an empty list (/meta/-stream/transport)"#
      ]),
    BrokenDescription(
      "a number of messages that no datagram holds",
      """
      meta: {id: a, -stream: {transport: udp, datagram: two}}
      """,
      [
        #"1:51: 'datagram' is one or many, not 'two' (/meta/-stream/datagram)"#
      ]),
    BrokenDescription(
      "datagrams of tcp",
      """
      meta: {id: a, -stream: {datagram: many}}
      """,
      [
        #"1:25: 'datagram' is for udp, which is not among the transports (/meta/-stream/datagram)"#
      ]),
    BrokenDescription(
      "response streams over udp alone",
      """
      meta: {id: a, -stream: {transport: udp}}
      -stream: {answered-by: answer, followed-by: answer}
      seq: [{id: x, type: u1}]
      types:
        answer: {seq: [{id: y, type: u1}]}
      """,
      [
        #"2:24: 'answered-by' without 'match' is for the streams of TCP: this description is for udp alone (/-stream/answered-by)"#,
        #"2:45: 'followed-by' is for the streams of TCP: this description is for udp alone (/-stream/followed-by)"#,
      ]),
    BrokenDescription(
      "parameters of messages",
      """
      meta: {id: a, -stream: {transport: udp}}
      params:
        - {id: is_datagram, type: u1}
        - {id: other, type: bool}
      seq: [{id: x, type: u1}]
      """,
      [
        #"3:10: the root type of messages has no parameters but 'is_datagram', of the type bool (/params)"#,
        #"4:10: the root type of messages has no parameters but 'is_datagram', of the type bool (/params)"#,
      ]),
    BrokenDescription(
      "an unknown format",
      """
      meta: {id: a}
      seq:
        - {id: x, size: 4, -sql: {as: hexx}}
      """,
      [
        #"3:33: unknown format 'hexx'; did you mean 'hex'? (/seq/0/-sql)"#
      ]),
    BrokenDescription(
      "a format that does not fit",
      """
      meta: {id: a, encoding: UTF-8}
      seq:
        - {id: x, type: strz, -sql: {as: decimal}}
      """,
      [
        #"3:36: a string cannot be stored as decimal (/seq/0/-sql)"#
      ]),
    BrokenDescription(
      "an unknown key of -sql",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1, -sql: {colunm: y}}
      """,
      [
        #"3:30: unknown key 'colunm' in '-sql'; did you mean 'column'? (/seq/0/-sql/colunm)"#
      ]),
    BrokenDescription(
      "two columns of a name",
      """
      meta: {id: a}
      seq:
        - {id: x, type: u1}
        - {id: y, type: u1, -sql: {column: x}}
      """,
      [
        #"4:29: the table 'message' has two columns 'x'; rename one with '-sql: {column: …}' (/seq/1/-sql)"#
      ]),
    BrokenDescription(
      "a reserved table",
      """
      meta: {id: a}
      seq:
        - {id: x, type: one, repeat: eos}
      types:
        one: {-sql: {table: flow}, seq: [{id: y, type: u1}]}
      """,
      [
        #"3:5: the table name 'flow' is reserved; choose another with '-sql: {table: …}' (/seq/0)"#
      ]),
    BrokenDescription(
      "a computed column without a property",
      """
      meta: {id: a}
      -sql: {computed: [{column: x}]}
      """,
      [
        #"2:19: a computed column needs 'column' and 'from' (/-sql/computed/0)"#
      ]),
    BrokenDescription(
      "a views file that does not exist",
      """
      meta: {id: a, -sql: {views: no_such.sql}}
      """,
      [
        #"1:29: cannot read 'no_such.sql' (/meta/-sql/views)"#
      ]),
    BrokenDescription(
      "many problems at once",
      """
      meta: {id: a, endain: le}
      seq:
        - {id: x, type: u2}
        - {id: y, type: heder}
        - {id: z, size: nothing + 1}
      types:
        header: {sequence: []}
      """,
      [
        #"1:15: unknown key 'endain' in 'meta'; did you mean 'endian'? (/meta/endain)"#,
        #"3:19: 'u2' needs a byte order: say 'u2le' or 'u2be', or set 'endian' in 'meta' (/seq/0/type)"#,
        #"4:19: unknown type 'heder'; did you mean 'header'? (/seq/1/type)"#,
        #"5:19: unknown name 'nothing' in the type 'a' (/seq/2/size)"#,
        #"7:12: unknown key 'sequence' in a type (/types/header/sequence)"#,
      ]),
  ]
}
