// Where the fields of a description are stored: what leads from a name in it to a column.

extension SpecificationInfo {
  /// A type whose values are rows of a table, with the places of its fields.
  public struct StoredType: Sendable, Hashable {
    /// The type's name in the description; empty where rows are elements of a list that are of no type.
    public let name: String
    /// The table that has the rows.
    public let table: String
    /// Fields that are columns of the row.
    public let fields: [StoredField]
    /// Fields that are rows of their own.
    public let rows: [StoredRows]

    /// - Parameters:
    ///   - name: of the type; empty where rows are elements of a list that are of no type.
    ///   - table: the name of the table that has the rows.
    ///   - fields: what is in the row itself.
    ///   - rows: what is in rows that belong to it.
    public init(_ name: String, _ table: String, fields: [StoredField], rows: [StoredRows] = []) {
      self.name = name
      self.table = table
      self.fields = fields
      self.rows = rows
    }
  }

  /// A field that is a column of a row.
  ///
  /// Its path has the names of the fields that lead to it from the row's type, with full stops between them. Behind a
  /// name a colon and a type stand where the field is of a type, or where a switch has chosen that type:
  /// `payload:account_info.start`.
  public struct StoredField: Sendable, Hashable {
    /// Empty where the row is made of one value.
    public let path: String
    /// The name of the column.
    public let column: String
    /// What the column's values look like.
    public let form: ValueForm
    /// Whether the column has any number of values, with commas between them.
    public let isList: Bool

    /// - Parameters:
    ///   - path: names from the row's type down.
    ///   - column: the name of the column.
    ///   - form: what its values look like.
    ///   - isList: whether it has several, with commas between them.
    public init(_ path: String, _ column: String, _ form: ValueForm = .natural, isList: Bool = false) {
      self.path = path
      self.column = column
      self.form = form
      self.isList = isList
    }
  }

  /// A field that is rows of their own.
  public struct StoredRows: Sendable, Hashable {
    /// As that of a `StoredField`. The entries of a stream that follows a message are below the stream's type.
    public let path: String
    /// The number of the rows' type in `storedTypes`.
    public let type: Int

    /// - Parameters:
    ///   - path: names from the outer row's type down.
    ///   - type: the number of the rows' type in `storedTypes`.
    public init(_ path: String, _ type: Int) {
      self.path = path
      self.type = type
    }
  }

  /// What values look like in their column.
  public enum ValueForm: Sendable, Hashable {
    /// As the column's type says.
    case natural
    /// 1 for true, 0 for false.
    case boolean
    /// Upper-case hex digits.
    case hex
    /// Decimal digits, of any number.
    case decimal
    /// Addresses of IPv4 or IPv6.
    case address
    /// Texts, some of them made by a function of the description's author.
    case text
    /// Byte strings.
    case blob
  }
}
