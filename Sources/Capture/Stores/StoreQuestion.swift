/// What the program's own pages ask that takes more than rows of one table. Each store has its own words for it.
public enum StoreQuestion: Sendable {
  /// How many messages there are, and the ids of the first and the last: `n`, `first_id`, `last_id`.
  case span
  /// Of the messages that a filter lets through every n-th, the first one included, and the last: `id`, `n` (its place,
  /// from 1) in the order of ids. Only those from an id on.
  case fences(MessageFilter, from: Int64, every: Int)
  /// Messages that a filter lets through, from an id on: `id`, `flow_id`, `time_us`, `length`, `type`, and `srcip`,
  /// `srcport`, `dstip`, `dstport` of the sender and the receiver.
  case messages(MessageFilter, from: Int64, limit: Int)
  /// What an overview tells of the messages that a filter lets through.
  case overview(OverviewQuestion, MessageFilter)
  /// Rows of `flow`, of connections with messages that a filter lets through.
  case flows(address: String?, MessageFilter, FlowOrder, limit: Int, offset: Int)
  /// How many such connections there are, and bytes of them that are not in the capture: `n`, `lost`.
  case flowTotals(address: String?, MessageFilter)
  /// The columns that have a value: `content_table`, `column_name`, `n` (rows), `first_us`, `last_us`, and `first_id`, the
  /// first of the messages that the rows are of (NULL for `flow`).
  case places(ValueSearch)
  /// The latest rows that have a value: `content_table`, `column_name`, `content_id`, `packet_id` (the message; NULL for
  /// `flow`), `time_us`, and `value` as the column has it (NULL for a list).
  case occurrences(ValueSearch, limit: Int)
}

/// An order of connections.
public enum FlowOrder: String, Sendable, CaseIterable {
  /// By their beginning.
  case latest, first
  /// By how much there is of something.
  case bytes, packets, lost

  /// What a store whose language is a kind of SQL orders the rows of `flow` by.
  package var columns: String {
    switch self {
    case .latest: "id DESC"
    case .first: "id"
    case .bytes: "coalesce(bytes_forward, 0) + coalesce(bytes_backward, 0) DESC, id"
    case .packets: "packets DESC, id"
    case .lost: "lost_bytes DESC, id"
    }
  }
}

/// What a user is shown, in the store's own language, to begin with.
public enum StatementTopic: Sendable {
  /// Rows of a table; where a column and a value are given, those that have it.
  case rows(table: String, column: String?, QueryValue?)
  /// Messages that a filter lets through.
  case messages(MessageFilter)
  /// How often a field of messages that a filter lets through has which value: `value`, `n`.
  case values(FieldValues, MessageFilter)
  /// Issues of messages that a filter lets through, of a kind or of any; see `OverviewQuestion.issues`.
  case issues(kind: String?, MessageFilter)
  /// Where a text stands in the tables that messages are stored in.
  case occurrences(String)
}
