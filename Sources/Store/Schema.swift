import GRDB

/// The tables, as steps that are only ever appended. `PRAGMA user_version` counts the steps a file has.
///
/// Two kinds of table never mix. State is the user's own: keyed by identity text, without a foreign key into the
/// cache, so that a lost cache can be fetched again under it. Everything else is cache.
enum Schema {
    /// Backed up daily, and carried over when a damaged file is replaced.
    static let stateTables = [
        "mark", "mark_batch", "mark_journal", "position", "layout", "tombstone", "feed_rung",
    ]

    /// The state tables of the first version, and how many columns each had: the least that a copy of any version has.
    static let firstStateColumns: [(table: String, number: Int)] = [
        ("mark", 6), ("mark_batch", 4), ("mark_journal", 3), ("position", 4), ("layout", 2), ("tombstone", 2),
    ]

    static let cacheTables = [
        "persona", "source", "subscription", "post", "sighting", "entry", "carried", "gap", "meta", "post_words",
        "renamed", "arrival",
    ]

    static let version = migrations.count

    static let migrations = [
        state + cache, leftAlone, postIDs, feedMemory, seenNewest, feedRungs, validated, moving,
        names, signIns, sessions, arrivals,
    ]

    /// A moment before which a server does not want to be asked, whoever wishes it (Retry-After, 410).
    private static let leftAlone = "ALTER TABLE source ADD COLUMN left_alone_until INTEGER;"

    /// What a server calls a post that an entry with an id of its own brought.
    private static let postIDs = "ALTER TABLE sighting ADD COLUMN post_id TEXT;"

    /// The entries of a feed's last document, as its decoder wrote them.
    private static let feedMemory = "ALTER TABLE source ADD COLUMN memory BLOB;"

    /// The newest entry of a pane that has been on the screen.
    private static let seenNewest = """
        ALTER TABLE position ADD COLUMN seen_sort_time INTEGER;
        ALTER TABLE position ADD COLUMN seen_tie INTEGER;
        """

    /// What tells a feed's entries apart. Marks are keyed by it, so it is state like them; the column `rung` of `source`
    /// is read no more. Whether a feed below the top began there or moved was not kept before.
    private static let feedRungs = """
        CREATE TABLE feed_rung (
            feed TEXT NOT NULL PRIMARY KEY,
            rung INTEGER NOT NULL CHECK (rung BETWEEN 0 AND 3),
            has_moved INTEGER NOT NULL DEFAULT 0 CHECK (has_moved IN (0, 1))
        ) WITHOUT ROWID;
        INSERT INTO feed_rung (feed, rung) SELECT key, rung FROM source WHERE rung BETWEEN 0 AND 3;
        """

    /// What a source's validators are of: the address that gave them, and how the document was read.
    private static let validated = """
        ALTER TABLE source ADD COLUMN validated_address TEXT;
        ALTER TABLE source ADD COLUMN validated_edition INTEGER;
        """

    /// The permanent redirect of the last look. `moved_to` had that at once; it is one that was seen twice in a row now.
    private static let moving = """
        ALTER TABLE source ADD COLUMN moving_to TEXT;
        UPDATE source SET moving_to = moved_to, moved_to = NULL;
        """

    /// What posts were called before, for who still knows them by that: a reader that marks one which a fetch renamed
    /// under his eyes. And whether a tombstone is only what another server than the post's own says.
    private static let names = """
        CREATE TABLE renamed (
            old TEXT NOT NULL PRIMARY KEY,
            new TEXT NOT NULL,
            at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX renamed_to ON renamed (new);
        CREATE INDEX renamed_at ON renamed (at);
        ALTER TABLE tombstone ADD COLUMN is_hearsay INTEGER NOT NULL DEFAULT 0 CHECK (is_hearsay IN (0, 1));
        """

    /// Whether the last failure of a source was the want of a sign-in; read only while it fails.
    private static let signIns = """
        ALTER TABLE source ADD COLUMN wants_sign_in INTEGER NOT NULL DEFAULT 0 CHECK (wants_sign_in IN (0, 1));
        """

    /// Which opening of the store made a change of marks, so that each undoes its own first.
    private static let sessions = "ALTER TABLE mark_batch ADD COLUMN session INTEGER NOT NULL DEFAULT 0;"

    /// The last entries that came into panes, in the order in which they came; numbers are never used again. Who marks
    /// much at once leaves out what he could not know of.
    private static let arrivals = """
        CREATE TABLE arrival (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            persona INTEGER NOT NULL,
            post INTEGER NOT NULL
        );
        """

    /// Brings a file to the current version, in one transaction a step.
    static func migrate(_ database: Database) throws {
        while true {
            let found = Int(try database.integer("PRAGMA user_version") ?? 0)
            guard found < version else { return }
            try database.inTransaction(.immediate) {
                // Another process may have done the step while this one waited for the lock.
                let now = Int(try database.integer("PRAGMA user_version") ?? 0)
                if now == found {
                    try database.execute(sql: migrations[found])
                    try database.execute(sql: "PRAGMA user_version = \(found + 1)")
                }
                return .commit
            }
        }
    }

    /// `mark.read_revision` and `mark.star_revision` name the batch that last changed the mark (0: a standing filter
    /// did): an undo touches only rows that still carry its batch.
    private static let state = """
        CREATE TABLE mark (
            identity TEXT NOT NULL PRIMARY KEY,
            read INTEGER NOT NULL DEFAULT 0 CHECK (read IN (0, 1)),
            starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1)),
            read_revision INTEGER NOT NULL DEFAULT 0,
            star_revision INTEGER NOT NULL DEFAULT 0,
            changed INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE mark_batch (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            change INTEGER NOT NULL,
            at INTEGER NOT NULL,
            undone INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE mark_journal (
            batch INTEGER NOT NULL,
            identity TEXT NOT NULL,
            previous_revision INTEGER NOT NULL,
            PRIMARY KEY (batch, identity)
        ) WITHOUT ROWID;
        CREATE TABLE position (
            pane TEXT NOT NULL PRIMARY KEY,
            identity TEXT NOT NULL,
            sort_time INTEGER NOT NULL,
            tie INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE layout (
            key TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE tombstone (
            identity TEXT NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL
        ) WITHOUT ROWID;

        """

    /// `entry` is clustered in reading order with the hidden ones apart, so a page of a pane, with or without them, is
    /// one stretch of the table (or two merged). `carried` is the same order for one source. `post.lead` is the
    /// beginning of the text and `post.rest` what follows, so that a window never reads a long text. `entry.boost` is the
    /// sighting that brought the post into the persona, if it was a boost. `post_identity` gives the identities of many
    /// posts without reading the posts, for marking a pane.
    private static let cache = """
        CREATE TABLE persona (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            filters INTEGER,
            judging_sort_time INTEGER,
            judging_tie INTEGER,
            unread INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0,
            hidden INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            address TEXT NOT NULL,
            title TEXT,
            home_page TEXT,
            language TEXT,
            etag TEXT,
            last_modified TEXT,
            body_hash INTEGER,
            rung INTEGER,
            newest_entry TEXT,
            moved_to TEXT,
            minimum_interval INTEGER,
            next_attempt INTEGER,
            last_attempt INTEGER,
            last_success INTEGER,
            last_error TEXT,
            last_error_at INTEGER,
            failures INTEGER NOT NULL DEFAULT 0,
            lease_holder TEXT,
            lease_until INTEGER
        );
        CREATE TABLE subscription (
            persona INTEGER NOT NULL,
            source INTEGER NOT NULL,
            PRIMARY KEY (persona, source)
        ) WITHOUT ROWID;
        CREATE TABLE post (
            id INTEGER PRIMARY KEY,
            identity TEXT NOT NULL UNIQUE,
            tie INTEGER NOT NULL,
            network INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            published INTEGER,
            edited INTEGER,
            first_seen INTEGER NOT NULL,
            content_hash INTEGER NOT NULL,
            record_hash INTEGER NOT NULL,
            content_source INTEGER NOT NULL,
            language TEXT,
            author_name TEXT NOT NULL,
            author_handle TEXT,
            title TEXT,
            content_warning TEXT,
            link TEXT,
            lead TEXT NOT NULL,
            rest TEXT,
            detail BLOB NOT NULL
        );
        CREATE INDEX post_first_seen ON post (first_seen);
        CREATE INDEX post_identity ON post (id, identity);
        CREATE TABLE sighting (
            id INTEGER PRIMARY KEY,
            post INTEGER NOT NULL,
            source INTEGER NOT NULL,
            entry_hash INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            sort_time INTEGER NOT NULL,
            entry_id TEXT NOT NULL,
            booster BLOB,
            boosted_at INTEGER
        );
        CREATE INDEX sighting_of_entry ON sighting (source, entry_hash);
        CREATE INDEX sighting_of_post ON sighting (post);
        CREATE TABLE entry (
            persona INTEGER NOT NULL,
            hidden INTEGER NOT NULL,
            sort_time INTEGER NOT NULL,
            tie INTEGER NOT NULL,
            post INTEGER NOT NULL,
            unread INTEGER NOT NULL,
            starred INTEGER NOT NULL,
            verdict INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            rule TEXT,
            boost INTEGER,
            PRIMARY KEY (persona, hidden, sort_time, tie, post)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX entry_of_post ON entry (post, persona);
        CREATE INDEX entry_unread ON entry (persona, hidden, sort_time, tie) WHERE unread = 1;
        CREATE INDEX entry_starred ON entry (persona, hidden, sort_time, tie) WHERE starred = 1;
        CREATE TABLE carried (
            persona INTEGER NOT NULL,
            source INTEGER NOT NULL,
            sort_time INTEGER NOT NULL,
            tie INTEGER NOT NULL,
            post INTEGER NOT NULL,
            PRIMARY KEY (persona, source, sort_time, tie, post)
        ) WITHOUT ROWID;
        CREATE TABLE gap (
            id INTEGER PRIMARY KEY,
            source INTEGER NOT NULL,
            newer TEXT NOT NULL,
            older TEXT NOT NULL,
            post INTEGER NOT NULL,
            UNIQUE (source, newer)
        );
        CREATE INDEX gap_of_post ON gap (post);
        CREATE TABLE meta (
            key TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        \(FullText.table)
        """
}
