extension BrokenDescription {
  /// Keys by which requests and answers find each other.
  static let matches: [BrokenDescription] = [
    BrokenDescription(
      "a key that is always too long, beside one that is not",
      """
      meta: {id: a}
      seq:
        - {id: n, type: u1}
        - {id: body, type: {switch-on: n, cases: {1: ask, 2: tell}}}
      types:
        ask: {-stream: {answered-by: tell, match: n}, seq: [{id: n, size: 64}]}
        tell: {-stream: {match: n}, seq: [{id: n, size: 65}]}
      """,
      [
        #"7:27: a key has at most 64 bytes, and 'n' always has 65: use a part of it (/types/tell/-stream/match)"#
      ]),
    BrokenDescription(
      "a key of what asks nothing and answers nothing",
      """
      meta: {id: a}
      -stream: {match: n}
      seq: [{id: n, type: u1}]
      """,
      [
        #"2:18: 'match' is for requests, which say 'answered-by', and for what answers them: 'a' is neither (/-stream/match)"#
      ]),
    BrokenDescription(
      "answers without a key, one of them a stream of units",
      """
      meta: {id: a}
      seq:
        - id: n
          type: u1
        - id: body
          type: {switch-on: n, cases: {1: ask, 2: tell, 3: call}}
      types:
        ask: {-stream: {answered-by: tell, match: n}, seq: [{id: n, type: u1}]}
        tell: {seq: [{id: n, type: u1}]}
        call: {-stream: {answered-by: list, match: n}, seq: [{id: n, type: u1}]}
        list: {seq: [{id: n, type: u1}]}
      """,
      [
        #"8:32: 'tell' has no 'match' to be found by as the answer; give it one (/types/ask/-stream/answered-by)"#,
        #"10:33: 'list' has no 'match' to be found by as the answer; and it is no message: for a stream of units leave out 'match' here (/types/call/-stream/answered-by)"#,
      ]),
    BrokenDescription(
      "a request without the key of its answer",
      """
      meta: {id: a}
      seq:
        - id: body
          type: {switch-on: 1, cases: {1: ask, 2: tell, 3: call}}
      types:
        ask: {-stream: {answered-by: tell}, seq: [{id: n, type: u1}]}
        tell: {-stream: {match: n}, seq: [{id: n, type: u1}]}
        call: {-stream: {answered-by: tell, match: n}, seq: [{id: n, type: u1}]}
      """,
      [
        #"6:32: 'tell' is found by its 'match': 'ask' needs one too (/types/ask/-stream/answered-by)"#
      ]),
    BrokenDescription(
      "keys of two kinds, and an answer with arguments",
      """
      meta: {id: a}
      seq:
        - id: body
          type: {switch-on: 1, cases: {1: ask, 2: tell}}
      types:
        ask: {-stream: {answered-by: tell(1), match: n}, seq: [{id: n, type: u1}]}
        tell: {-stream: {match: n}, seq: [{id: n, size: 1}]}
      """,
      [
        #"6:32: what is found by 'match' is a message, which takes no arguments here (/types/ask/-stream/answered-by)"#,
        #"6:32: keys of two kinds are never the same: 'match' is a number here and bytes in 'tell' (/types/ask/-stream/answered-by)"#,
      ]),
    BrokenDescription(
      "keys that are none",
      """
      meta: {id: a}
      seq:
        - id: body
          type: {switch-on: 1, cases: {1: ask, 2: call}}
      types:
        ask: {-stream: {answered-by: ask, match: part}, seq: [{id: part, type: part}]}
        call: {-stream: {answered-by: call, match: m, request-if: n}, seq: [{id: n, type: u1}]}
        part: {seq: [{id: n, type: u1}]}
      """,
      [
        #"6:44: a key is an integer, a value of an enum, bytes or a string, but this is the type 'part' (/types/ask/-stream/match)"#,
        #"7:46: unknown name 'm' in the type 'call'; did you mean 'n'? (/types/call/-stream/match)"#,
        #"7:61: 'request-if' must be a boolean, but this is an integer (/types/call/-stream/request-if)"#,
      ]),
    BrokenDescription(
      "a key of the elements of a list",
      """
      meta: {id: a}
      seq: [{id: parts, type: part, repeat: expr, repeat-expr: 2}]
      types:
        part: {-stream: {answered-by: part, match: n}, seq: [{id: n, type: u1}]}
      """,
      [
        #"4:46: 'match' belongs to a message, or to the type of one of its fields that is no list and has an 'id': 'part' is neither (/types/part/-stream/match)"#
      ]),
    BrokenDescription(
      "a key of what is deep in a message",
      """
      meta: {id: a}
      seq: [{id: outer, type: outer}]
      types:
        outer: {seq: [{id: inner, type: inner}]}
        inner: {-stream: {answered-by: inner, match: n}, seq: [{id: n, type: u1}]}
      """,
      [
        #"5:3: '-stream' belongs to the root type or to a type of one of its attributes: 'inner' is neither (/types/inner/-stream)"#
      ]),
    BrokenDescription(
      "a condition without a key, and one without answers",
      """
      meta: {id: a}
      -stream: {answered-by: list, request-if: true}
      seq: [{id: body, type: {switch-on: 1, cases: {1: ask, 2: tell}}}]
      types:
        list: {seq: [{id: n, type: u1}]}
        ask: {-stream: {answered-by: tell, match: n}, seq: [{id: n, type: u1}]}
        tell: {-stream: {match: n, request-if: n == 1}, seq: [{id: n, type: u1}]}
      """,
      [
        #"2:42: 'request-if' tells which messages are requests: it needs 'answered-by' and 'match' beside it (/-stream/request-if)"#,
        #"7:42: 'request-if' tells which messages are requests: it needs 'answered-by' and 'match' beside it (/types/tell/-stream/request-if)"#,
      ]),
    BrokenDescription(
      "a key, a condition and an argument that are asked for when the stream is gone",
      """
      meta: {id: a}
      -stream: {answered-by: a, match: _io.pos, request-if: _io.eof}
      seq: [{id: n, type: u1}, {id: b, type: b}]
      types:
        b: {-stream: {answered-by: c(_io.pos), followed-by: c(_io.size)}, seq: [{id: n, type: u1}]}
        c: {params: [{id: n, type: u4}], seq: [{id: n2, size: n}]}
      """,
      [
        #"2:38: '_io' in 'match' is not supported yet in messages; use it in 'seq' (/-stream/match)"#,
        #"2:59: '_io' in 'request-if' is not supported yet in messages; use it in 'seq' (/-stream/request-if)"#,
        #"5:36: '_io' in an argument of 'answered-by' is not supported yet in messages; use it in 'seq' (/types/b/-stream/answered-by)"#,
        #"5:61: '_io' in an argument of 'followed-by' is not supported yet in messages; use it in 'seq' (/types/b/-stream/followed-by)"#,
      ]),
    BrokenDescription(
      "keys of what is around a message, and of no repetition",
      """
      meta: {id: a}
      seq: [{id: n, type: u1}, {id: b, type: b}, {id: c, type: c}]
      types:
        b: {-stream: {answered-by: b, match: _parent, request-if: _root._io.eof}, seq: [{id: n, type: u1}]}
        c: {-stream: {answered-by: b, match: _index}, seq: [{id: n, type: u1}]}
      """,
      [
        #"4:40: '_parent' as a value is not supported yet in messages; use one of its members (/types/b/-stream/match)"#,
        #"4:40: a key is an integer, a value of an enum, bytes or a string, but this is the type 'a' (/types/b/-stream/match)"#,
        #"4:71: the stream of another value is not supported yet in messages; use '_io' (/types/b/-stream/request-if)"#,
        #"5:40: '_index' means something only in a repetition (/types/c/-stream/match)"#,
      ]),
    BrokenDescription(
      "a place of answers without a key",
      """
      meta: {id: a, -stream: {match-within: hosts}}
      seq: [{id: n, type: u1}]
      """,
      [
        #"1:39: 'match-within' is for requests and answers that have a key: no type has 'answered-by' with 'match' (/meta/-stream/match-within)"#
      ]),
    BrokenDescription(
      "a place of answers that is none",
      """
      meta: {id: a, -stream: {match-within: network}}
      -stream: {answered-by: a, match: n}
      seq: [{id: n, type: u1}]
      """,
      [
        #"1:39: 'match-within' is flow or hosts, not 'network' (/meta/-stream/match-within)"#
      ]),
  ]
}
