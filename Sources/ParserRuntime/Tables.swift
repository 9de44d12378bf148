// Tables as data: what a store makes its own definitions of, in whatever language it speaks.

extension SpecificationInfo {
  /// A table. A row in a `RowBatch` names it and its columns by number.
  public struct Table: Sendable, Hashable {
    /// The table's name.
    public let name: String
    /// What its rows are, in one line; nil where the description does not say.
    public let doc: String?
    /// The first is the key: no two rows have the same value there.
    public let columns: [Column]

    /// A table of this name, with these columns.
    public init(_ name: String, doc: String? = nil, _ columns: [Column]) {
      self.name = name
      self.doc = doc
      self.columns = columns
    }

    /// The names of the columns, in their order.
    public var columnNames: [String] { columns.map(\.name) }
  }

  /// A column of a table.
  public struct Column: Sendable, Hashable {
    /// The column's name.
    public let name: String
    /// What values it has.
    public let type: ColumnType
    /// What the values are there for.
    public let role: ColumnRole
    /// Whether rows may lack it.
    public let isNullable: Bool
    /// Whether the description asks for an index.
    public let isIndexed: Bool
    /// What one of the values is called, where the column is a list, with commas between its values, and the description
    /// asks that rows are found by them; nil elsewhere.
    public let byValue: String?
    /// Whether it has all values of a list, with commas between them.
    public let isList: Bool
    /// The kinds of values that it has, those which columns have in common that hold the same sort of value: of a value
    /// whoever shows it knows by them where else it may be.
    public let kinds: [String]
    /// What it holds, in one line; nil where nobody says.
    public let doc: String?

    /// A column of this name and type.
    public init(
      _ name: String, _ type: ColumnType, role: ColumnRole = .value, isNullable: Bool = false,
      isIndexed: Bool = false, byValue: String? = nil, isList: Bool = false, kinds: [String] = [], doc: String? = nil
    ) {
      self.name = name
      self.type = type
      self.role = role
      self.isNullable = isNullable
      self.isIndexed = isIndexed
      self.byValue = byValue
      self.isList = isList || byValue != nil
      self.kinds = kinds
      self.doc = doc
    }
  }

  /// What values a column has.
  public enum ColumnType: Sendable, Hashable {
    /// Signed integers of so many bits: 8, 16, 32 or 64.
    case signed(Int)
    /// Unsigned integers of so many bits: 8, 16, 32 or 64. In a `RowBatch` those of 64 bits are signed ones of the same
    /// bits.
    case unsigned(Int)
    /// Floating-point numbers of 64 bits.
    case real
    /// UTF-8.
    case text
    /// Byte strings.
    case blob
    /// Numbers and texts: fields of several types share the column.
    case any
  }

  /// What the values of a column are there for.
  public enum ColumnRole: Sendable, Hashable {
    /// They tell the rows apart.
    case key
    /// They are for whoever reads the row.
    case value
    /// Each is the key of a row in the table of that name, to which the row belongs.
    case reference(to: String)
    /// Each is the name of the table that has the row's content.
    case contentTable
    /// Each is the key of the row's content, in the table that `contentTable` names.
    case content
  }

  /// A table of names for the values of an enum: its columns are `value`, `name` and `doc`.
  public struct NameTable: Sendable, Hashable {
    /// The table's name.
    public let name: String
    /// The values that have a name, in the description's order.
    public let entries: [Entry]

    /// A value's name.
    public struct Entry: Sendable, Hashable {
      /// The value.
      public let value: Int64
      /// Its name.
      public let name: String
      /// What it means, in one line; nil where the description does not say.
      public let doc: String?

      /// A name for a value.
      public init(_ value: Int64, _ name: String, doc: String? = nil) {
        self.value = value
        self.name = name
        self.doc = doc
      }
    }

    /// A table of this name, with these entries.
    public init(_ name: String, _ entries: [Entry]) {
      self.name = name
      self.entries = entries
    }

    /// The table that the entries are rows of.
    public var table: Table {
      Table(
        name,
        [Column("value", .signed(64), role: .key), Column("name", .text), Column("doc", .text, isNullable: true)])
    }
  }
}
