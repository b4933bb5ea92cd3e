/// Reads a stream of server-sent events. Fed with bytes cut anywhere, it gives the same events.
/// Source: html.spec.whatwg.org, section 9.2.6. Comments are keep-alives; `id` and `retry` are not used, because no
/// server of ours replays.
struct ServerSentEvents {
    struct Event: Hashable {
        /// `message` where the server gives none.
        var name: String
        /// The `data` lines, joined by line feeds.
        var data: [UInt8]
    }

    enum Found: Hashable {
        case event(Event)
        /// An event that was longer than the limit; it was dropped.
        case tooLong
    }

    /// Bytes of a line, and of an event's data.
    let limit: Int
    private var line: [UInt8] = []
    private var isLineTooLong = false
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var isEventTooLong = false
    private var wasCarriageReturn = false
    private var isAtStart = true

    init(limit: Int = 1 << 20) { self.limit = limit }

    /// Takes bytes as they came; returns the events that they complete.
    mutating func take(_ bytes: some Collection<UInt8>) -> [Found] {
        var found: [Found] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if wasCarriageReturn {
                wasCarriageReturn = false
                if rest.first == 10 {
                    rest = rest.dropFirst()
                    continue
                }
            }
            guard let end = rest.firstIndex(where: { $0 == 10 || $0 == 13 }) else {
                add(rest)
                break
            }
            add(rest[..<end])
            wasCarriageReturn = rest[end] == 13
            rest = rest[rest.index(after: end)...]
            endLine(&found)
        }
        return found
    }

    private mutating func add(_ part: some Collection<UInt8>) {
        guard !isLineTooLong else { return }
        guard line.count + part.count <= limit else {
            isLineTooLong = true
            line = []
            return
        }
        line.append(contentsOf: part)
    }

    private mutating func endLine(_ found: inout [Found]) {
        defer {
            line.removeAll(keepingCapacity: line.capacity <= 64 << 10)
            isLineTooLong = false
        }
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        }
        if isLineTooLong {
            isEventTooLong = true
            return
        }
        guard !line.isEmpty else { return dispatch(&found) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        // A line that begins with a colon is a comment.
        guard colon > 0 else { return }
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if line[..<colon].elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        } else if line[..<colon].elementsEqual("data".utf8), !isEventTooLong {
            guard data.count + value.count < limit else {
                isEventTooLong = true
                data = []
                return
            }
            if hasData { data.append(10) }
            data.append(contentsOf: value)
            hasData = true
        }
    }

    private mutating func dispatch(_ found: inout [Found]) {
        if isEventTooLong {
            found.append(.tooLong)
        } else if hasData || !name.isEmpty {
            // Mastodon's `filters_changed` says everything by its name, so an event without data counts here.
            found.append(.event(Event(name: name.isEmpty ? "message" : name, data: data)))
        }
        name = ""
        data = []
        hasData = false
        isEventTooLong = false
    }
}
