import GRDB
public import TimelineModel

extension PostStore {
    /// Where the reader stands in a pane. Writes nothing when he has stood there already.
    public func savePosition(_ pane: Pane, _ id: PostID, _ key: EntryKey) throws(StoreError) {
        if let saved = try position(of: pane), saved == (id, key) { return }
        try write { database in
            _ = try database.run(
                "INSERT OR REPLACE INTO position (pane, identity, sort_time, tie) VALUES (?, ?, ?, ?)",
                .text(pane.storedName), .text(id.key), .integer(key.sortTime.milliseconds), .integer(key.tie))
        }
    }

    /// Where the reader stood in a pane; the post itself may be gone by now.
    public func position(of pane: Pane) throws(StoreError) -> (id: PostID, key: EntryKey)? {
        try read { database in
            try database.first(
                "SELECT identity, sort_time, tie FROM position WHERE pane = ?", .text(pane.storedName)
            ) {
                (
                    PostID($0.text(0)),
                    EntryKey(sortTime: Timestamp(milliseconds: $0.integer(1)), tie: $0.integer(2))
                )
            }
        }
    }

    /// Remembers how the screen was left, by name; other names stay as they are.
    public func saveLayout(_ layout: [String: String]) throws(StoreError) {
        try write { database in
            for (key, value) in layout {
                try database.run("INSERT OR REPLACE INTO layout (key, value) VALUES (?, ?)", .text(key), .text(value))
            }
        }
    }

    public func layout() throws(StoreError) -> [String: String] {
        try read { database in
            let rows = try database.all("SELECT key, value FROM layout") { ($0.text(0), $0.text(1)) }
            return Dictionary(rows) { first, _ in first }
        }
    }
}
