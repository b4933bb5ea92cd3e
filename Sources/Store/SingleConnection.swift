import GRDB

/// A connection beside the pool's, for one moment.
enum SingleConnection {
    static func with<Value>(
        _ path: String, _ configuration: Configuration, _ body: (Database) throws -> Value
    ) throws -> Value {
        let connection = try DatabaseQueue(path: path, configuration: configuration)
        // It is closed but never ends: what GRDB attached to its queue would be let go on a global one, and libdispatch
        // looks at the threads of those every second from then on, for ever. That is once a start and twice a day.
        _ = Unmanaged.passRetained(connection)
        let result = Result { try connection.inDatabase(body) }
        try connection.close()
        return try result.get()
    }
}
