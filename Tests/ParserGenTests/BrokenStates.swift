extension BrokenDescription {
  /// Who speaks what, and when.
  static let states: [BrokenDescription] = [
    BrokenDescription(
      "a side that speaks an unknown type",
      """
      meta: {id: a, -stream: {initiator: requst, responder: answer(1)}}
      types:
        request: {seq: [{id: x, type: u1}]}
        answer: {params: [{id: n, type: u1}], seq: [{id: x, type: u1}]}
      """,
      [
        #"1:36: unknown type 'requst'; did you mean 'request'? (/meta/-stream/initiator)"#,
        #"1:55: what a side of a connection speaks is parsed by itself: it cannot have parameters (/meta/-stream/responder)"#,
      ]),
    BrokenDescription(
      "a side that speaks what is around it",
      """
      meta: {id: a, -stream: {responder: answer}}
      seq: [{id: n, type: u1}]
      types:
        answer: {seq: [{id: x, size: _root.n}]}
      """,
      [
        #"4:3: 'answer' is spoken by a side of a connection, and so a message by itself: it cannot use '_root' or '_parent' of what is around it (/types/answer)"#
      ]),
    BrokenDescription(
      "states of datagrams",
      """
      meta: {id: a, -stream: {transport: [tcp, udp], states: {one: {initiator: a}, two: {responder: a}}}}
      """,
      [
        #"1:83: states are those of a TCP connection: datagrams have no order that tells them (/meta/-stream/states/two)"#
      ]),
    BrokenDescription(
      "states that are none",
      """
      meta: {id: a, -stream: {initiator: a, states: {}}}
      """,
      [
        #"1:25: 'initiator' belongs to each of the 'states' (/meta/-stream/initiator)"#,
        #"1:47: 'states' names one state at least (/meta/-stream/states)"#,
      ]),
    BrokenDescription(
      "an unknown key and a wrong name of a state",
      """
      meta:
        id: a
        -stream:
          states:
            first: {initiatr: a}
            Second: {}
      """,
      [
        #"5:15: unknown key 'initiatr' in a state; did you mean 'initiator'? (/meta/-stream/states/first/initiatr)"#,
        #"6:7: 'Second' is no name: lower-case letters, digits and '_' are allowed, a letter first (/meta/-stream/states/Second)"#,
      ]),
    BrokenDescription(
      "an unknown state",
      """
      meta: {id: a, -stream: {states: {begin: {}, ready: {responder: b}}}}
      -stream: {then: redy}
      seq: [{id: n, type: u1}]
      types:
        b: {-stream: {then: begin}, seq: [{id: x, type: u1}]}
        c: {-stream: {then: ready}, seq: [{id: x, type: u1}]}
      """,
      [
        #"2:17: unknown state 'redy'; did you mean 'ready'? (/-stream/then)"#,
        #"6:3: '-stream' belongs to a type that a side speaks or to a type of one of its attributes: 'c' is neither (/types/c/-stream)"#,
      ]),
    BrokenDescription(
      "a state where there are none",
      """
      meta: {id: a, -stream: {ports: [1]}}
      -stream: {then: ready}
      seq: [{id: n, type: u1}]
      """,
      [
        #"2:17: unknown state 'ready'; name states in 'meta/-stream/states' (/-stream/then)"#
      ]),
  ]
}
