/// What an overview tells of the messages that a filter lets through.
public enum OverviewQuestion: Sendable {
  /// When the first of them was complete, and the last: `first_us`, `last_us`.
  case times
  /// How many of which type there are in each piece of time, and their bytes: `bucket` (from 0), `type`, `n`, `bytes`.
  /// - Parameters:
  ///   - from: where pieces begin, in µs since 1970-01-01 UTC.
  ///   - width: how long one is, in µs.
  case traffic(from: Int64, width: Int64)
  /// The addresses that most bytes went to and came from: `address`, `flows`, `sent`, `received`. Of all messages these are
  /// the bytes of connections, else those of messages.
  case talkers(limit: Int)
  /// Issues of them in each piece of time: `bucket`, `kind`, `n`, `bytes`, and `messages`, how many of the issues belong to
  /// a message. Those that belong to none, such as gaps, are told where the filter asks for nothing but a time.
  case issues(from: Int64, width: Int64)
  /// How many of which type are requests, each of which is to be answered: `type`, `n`.
  case requests
  /// How long after them answers came: what they are put together by, then `answers`, `median_us`, `p95_us`, `max_us`.
  case latency(LatencyGroup)
  /// The runs that took them, the latest first: `id`, `kind`, `source`, `started`, `packets`, `dropped_kernel`,
  /// `dropped_queue`.
  case runs(limit: Int)
}

/// By what requests are put together, to tell how long their answers took.
public enum LatencyGroup: Sendable {
  /// By their type, that with most answers first: `type`.
  case type
  /// By pieces of time: `bucket` (from 0).
  case time(from: Int64, width: Int64)
  /// By connection, that with the largest median first: `flow_id`, `srcip`, `srcport`, `dstip`, `dstport`.
  case flow(limit: Int)
}
