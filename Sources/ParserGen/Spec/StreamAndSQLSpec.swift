import ParserRuntime

// The two keys that this project adds to Kaitai's language: `-stream` and `-sql`.

/// `meta/-stream`: how messages travel.
struct TransportSpec {
  var transports: [Transport] = [.tcp]
  var datagramContent = DatagramContent.one
  var ports: [UInt16] = []
  var maximumMessageLength = 65536
  /// Where answers are looked for by their keys.
  var matchScope = MatchScope.flow
  /// Where the description says so.
  var matchScopeLocation: SourceLocation?
  /// What the two sides of a connection speak, by state; empty where it is always the root type.
  var states: [StateSpec] = []
}

/// A type's `-stream`: what follows a message of this type.
struct ConversationSpec {
  /// A response stream in the opposite direction; with `match` a message that has the same key.
  var answeredBy: TypeName?
  /// A response stream in the same direction.
  var followedBy: TypeName?
  /// The state in which the connection goes on.
  var then: NameReference?
  /// The key by which requests and answers that are messages find each other.
  var match: Expression?
  /// Whether a message that has a key is a request.
  var requestIf: Expression?
  var path: String
}

/// `meta/-sql`.
struct MetaSQL {
  /// Formats that descriptions name, and the Swift function of each.
  var formats: [String: String] = [:]
  /// An SQL file with views, relative to the description.
  var views: NameReference?
  /// One with views in ClickHouse's words.
  var clickHouseViews: NameReference?
  /// What is said of kinds of values.
  var kinds: [KindSpec] = []
  /// An SQL file with queries about values of a kind.
  var valueQueries: NameReference?
  /// One with those that have other words in ClickHouse.
  var clickHouseValueQueries: NameReference?
  /// An SQL file with queries that an overview shows.
  var overviewQueries: NameReference?
  /// One with those that have other words in ClickHouse.
  var clickHouseOverviewQueries: NameReference?

  /// Whether there is anything in it.
  var isGiven: Bool {
    [views, clickHouseViews, valueQueries, overviewQueries].contains { $0 != nil } || !formats.isEmpty || !kinds.isEmpty
  }
}

/// A type's `-sql`.
struct TypeSQL {
  enum TableName: Equatable {
    case named(String)
    /// No row of its own: what the type contains belongs to the row around it.
    case none
  }

  /// How a row of the type and the row that contains it are connected.
  enum Link {
    /// The inner row has the outer's id in `<outer>_id`.
    case parent
    /// The outer row has `content_table` and `content_id`.
    case content
  }

  var table: TableName?
  var link = Link.parent
  var computed: [ComputedColumn] = []
  /// The group of rows that a user may choose not to store.
  var detail: NameReference?
  /// How a value is told in a line.
  var summary: SummarySpec?
  var location: SourceLocation?
}

/// How a value of a type is told in a line: texts and values in turn.
struct SummarySpec {
  var parts: [Expression]
  var location: SourceLocation
}

/// A column filled by a Swift property of the generated type.
struct ComputedColumn {
  var column: String
  var property: String
  var format: NameReference?
  var isIndexed = false
  /// What kinds of values it has.
  var kinds: [NameReference] = []
  var location: SourceLocation
}

/// `-sql` of an attribute or an instance.
struct AttributeSQL {
  struct Column {
    var name: String?
    var format: NameReference?
    var isIndexed = false
    /// What kinds of values it has.
    var kinds: [NameReference] = []
  }

  /// Empty: `-sql: none`.
  var columns = [Column()]
  /// The table of a repeated element's rows.
  var table: NameReference?
  /// The column for the number of elements of a list that is one column; empty: none.
  var countColumn: String?
  /// What a list's values are called, by which rows are to be found; `true`: as the list's column is.
  var byValue: NameReference?
  /// Whether rows of a repeated element have a `position`.
  var hasPosition = true
  /// The group of rows that a user may choose not to store.
  var detail: NameReference?
  /// Whether the element that ended the repetition is left out.
  var omitsTerminator = false
  var location: SourceLocation?

  var isStored: Bool { !columns.isEmpty }
}
