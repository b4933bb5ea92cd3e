import GRDB
import GRDBSQLite

/// A value for a placeholder of a statement.
///
/// Texts and bytes are bound with their length, so a NUL inside a remote id is kept (GRDB's own binding stops there
/// and would join two ids).
enum Value {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func optional(_ number: Int64?) -> Value { number.map(Value.integer) ?? .null }
    static func optional(_ text: String?) -> Value { text.map(Value.text) ?? .null }
    static func flag(_ isSet: Bool) -> Value { .integer(isSet ? 1 : 0) }
}

/// The current row of a statement; columns by their place. Reading never fails: SQLite converts what it finds.
struct Columns {
    let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
    func flag(_ column: Int32) -> Bool { integer(column) != 0 }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    enum Kind { case null, integer, text, bytes }

    func kind(_ column: Int32) -> Kind {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer
        case SQLITE_BLOB: .bytes
        default: .text
        }
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// A column as it is stored.
    func value(_ column: Int32) -> Value {
        switch kind(column) {
        case .null: .null
        case .integer: .integer(integer(column))
        case .bytes: .bytes(bytes(column))
        case .text: .text(text(column))
        }
    }

    /// Of the columns, in their order.
    var names: [String] {
        (0..<sqlite3_column_count(statement)).map {
            sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? ""
        }
    }
}

extension Database {
    /// Runs a statement to its end and answers how many rows it changed. The statement is prepared once a connection.
    @discardableResult
    func run(_ sql: String, _ values: Value...) throws -> Int { try run(sql, values) }

    @discardableResult
    func run(_ sql: String, _ values: [Value]) throws -> Int {
        try each(sql, values) { _ in true }
        return Int(sqlite3_changes(sqliteConnection))
    }

    /// The first row, if there is one.
    func first<Result>(_ sql: String, _ values: Value..., read: (Columns) throws -> Result) throws -> Result? {
        var found: Result?
        try each(sql, values) { row in
            found = try read(row)
            return false
        }
        return found
    }

    func all<Result>(_ sql: String, _ values: Value..., read: (Columns) throws -> Result) throws -> [Result] {
        try all(sql, values, read: read)
    }

    func all<Result>(_ sql: String, _ values: [Value], read: (Columns) throws -> Result) throws -> [Result] {
        var rows: [Result] = []
        try each(sql, values) { row in
            rows.append(try read(row))
            return true
        }
        return rows
    }

    func integer(_ sql: String, _ values: Value...) throws -> Int64? {
        var number: Int64?
        try each(sql, values) { row in
            number = row.optionalInteger(0)
            return false
        }
        return number
    }

    /// Hands every row to `body` until it answers false. `body` must not use a statement of the same text: each text
    /// has one prepared statement, and it is in use.
    func each(_ sql: String, _ values: [Value], _ body: (Columns) throws -> Bool) throws {
        let prepared = try cachedStatement(sql: sql)
        let statement = prepared.sqliteStatement
        // A statement that was left by an error keeps its place until it is reset.
        sqlite3_reset(statement)
        defer {
            sqlite3_reset(statement)
            // Bound texts would stay in memory as long as the statement is kept.
            sqlite3_clear_bindings(statement)
        }
        try withExtendedLifetime(prepared) {
            for (index, value) in values.enumerated() {
                try check(bind(value, to: statement, at: Int32(index + 1)), sql)
            }
            while true {
                switch sqlite3_step(statement) {
                case SQLITE_ROW: if try !body(Columns(statement: statement)) { return }
                case SQLITE_DONE: return
                case let code: try check(code, sql)
                }
            }
        }
    }

    private func check(_ code: Int32, _ sql: String) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: sqliteConnection.map { String(cString: sqlite3_errmsg($0)) },
            sql: sql)
    }

    private func bind(_ value: Value, to statement: OpaquePointer, at place: Int32) -> Int32 {
        // SQLite makes its own copy: the buffers below do not outlive the call.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(statement, place)
        case .integer(let number): return sqlite3_bind_int64(statement, place, number)
        case .text(var text):
            return text.withUTF8 { buffer in
                guard let start = buffer.baseAddress else {
                    return sqlite3_bind_text(statement, place, "", 0, copied)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    sqlite3_bind_text(statement, place, $0, Int32(clamping: buffer.count), copied)
                }
            }
        case .bytes(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, place, 0) }
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob(statement, place, $0.baseAddress, Int32(clamping: $0.count), copied)
            }
        }
    }
}

extension Database {
    /// Whether its file does not stand any more where it was opened.
    var hasMoved: Bool {
        var hasMoved: Int32 = 0
        sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        return hasMoved != 0
    }

    /// Its write-ahead log, beside the file that it really is.
    var logPath: String? { sqlite3_db_filename(sqliteConnection, "main").map { String(cString: $0) + "-wal" } }
}
