import Text
import TimelineModel

/// The entries that a feed's last document had, by the fingerprints of what it said of them.
///
/// An entry that comes again word for word is not read again: reading is nine tenths of what a document costs, and all
/// but a few of its entries stood in the last one. That holds as long as everything holds on which entries stand
/// outside of themselves (`context`) and as long as their keys tell all of them apart without help of their content;
/// else the document is read whole.
struct KnownEntries {
    /// To be raised when entries are read in another way: what is known was read in the old one.
    static let edition = 5

    /// Bytes of an entry: fingerprint and key.
    private static let length = 16

    /// What the keys are of.
    let rung: FeedKeyRung
    private(set) var hasMoved = false
    private let context: UInt64
    /// By the entry's fingerprint, the hash of its key.
    private var keys: [UInt64: UInt64] = [:]

    /// Nothing known yet of a document's entries.
    init(of draft: FeedDraft, rung: FeedKeyRung) {
        self.rung = rung
        context = KnownEntries.context(draft, rung)
    }

    /// Nil when nothing was kept, or what is none.
    init?(_ memory: FeedMemory?) {
        guard let memory, case let bytes = memory.entries, bytes.count % KnownEntries.length == 8 else { return nil }
        func number(_ place: Int) -> UInt64 {
            bytes[place..<(place + 8)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        rung = memory.rung
        hasMoved = memory.hasMoved
        context = number(0)
        for place in stride(from: 8, to: bytes.count, by: KnownEntries.length) {
            keys[number(place)] = number(place + 8)
        }
    }

    /// For `FeedMemory.entries`: the context, then a fingerprint and a key of each entry; 8 bytes each, big-endian.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + keys.count * KnownEntries.length)
        func append(_ number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        append(context)
        for (fingerprint, key) in keys.sorted(by: { $0.key < $1.key }) {
            append(fingerprint)
            append(key)
        }
        return bytes
    }

    mutating func add(_ fingerprint: UInt64, key: UInt64) { keys[fingerprint] = key }

    /// With the entries of a page, all told apart by their keys.
    func adding(_ identity: FeedIdentity) -> KnownEntries {
        var all = self
        for (entry, key) in zip(identity.entries, identity.hashes) { all.add(entry.fingerprint, key: key) }
        return all
    }

    /// What is known, by fingerprint, and holds for a document whose head is read.
    func keys(for draft: FeedDraft) -> [UInt64: UInt64] {
        context == KnownEntries.context(draft, rung) ? keys : [:]
    }

    private static func context(_ draft: FeedDraft, _ rung: FeedKeyRung) -> UInt64 {
        let parts = [
            draft.address?.text, draft.entryBase?.text, draft.format, draft.title?.string, draft.homePage?.text,
            draft.language, draft.author?.name, draft.author?.address?.text,
        ]
        return parts.reduce(StableHash.start ^ UInt64(edition) << 8 ^ UInt64(rung.rawValue)) { hash, part in
            StableHash.of(part.map { $0 + "\u{0}" } ?? "\u{1}", after: hash)
        }
    }
}

extension JSONValue {
    /// The same for the same text but for its white space.
    var fingerprint: UInt64 { fingerprint(after: StableHash.start) }

    private func fingerprint(after start: UInt64) -> UInt64 {
        switch self {
        case .null: return StableHash.of("null\u{0}", after: start)
        case .bool(let value): return StableHash.of(value ? "true\u{0}" : "false\u{0}", after: start)
        case .number(let text): return StableHash.of(text + "\u{0}", after: start)
        case .string(let text): return StableHash.of("\"\(text.utf8.count) " + text, after: start)
        case .array(let elements):
            return StableHash.of(
                "]", after: elements.reduce(StableHash.of("[", after: start)) { $1.fingerprint(after: $0) })
        case .object(let members):
            let inside = members.reduce(StableHash.of("{", after: start)) { hash, member in
                member.value.fingerprint(after: StableHash.of("\(member.name.utf8.count) " + member.name, after: hash))
            }
            return StableHash.of("}", after: inside)
        }
    }
}
