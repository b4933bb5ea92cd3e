import Text

/// One wrapping of one text, paragraph after paragraph.
struct Wrapper {
    private(set) var lines: [WrappedLine] = []
    private let bytes: UnsafeBufferPointer<UInt8>
    private let width: Int
    private let limit: Int

    private var scanner: ClusterScanner
    private var hang = Hang.none
    private var isContinued = false
    private var lineStart = 0
    /// Columns of the line so far, and how many it may have.
    private var columns = 0
    private var available = 0
    private var before = Neighbour.none
    /// Something to read stands on the line: before that, spaces are an indentation.
    private var hasText = false
    private var place: Place?
    /// Inside French punctuation; better than to cut a word.
    private var lastResort: Place?

    /// Where a line may end, and where the next one starts then.
    private struct Place {
        var end: Int
        var next: Int
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>, of text: String, width: Int, limit: Int) {
        self.bytes = bytes
        self.width = width
        self.limit = limit
        scanner = ClusterScanner(bytes, of: text)
    }

    mutating func run() {
        var start = 0
        while lines.count < limit {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            wrap(start..<end)
            if end == bytes.count { return }
            start = end + 1
        }
    }

    private mutating func wrap(_ paragraph: Range<Int>) {
        hang = Hang(paragraph, of: bytes, width: width)
        begin(at: paragraph.lowerBound)
        available = width
        isContinued = false

        while scanner.index < paragraph.upperBound {
            let start = scanner.index
            // Most of all text: ASCII inside a word.
            if columns < available, before != .wide, start + 1 < paragraph.upperBound, bytes[start + 1] < 0x80,
                Neighbour.isInnerASCII(bytes[start])
            {
                scanner.index += 1
                columns += 1
                before = .letter
                if start >= hang.bodyStart { hasText = true }
                continue
            }
            guard let cluster = scanner.next() else { break }
            let neighbour = Neighbour(cluster, in: bytes)
            columns += cluster.columns
            if neighbour == .space {
                if hasText { passSpaces(to: paragraph.upperBound) }
                if scanner.index >= paragraph.upperBound {
                    // Those at the end of a paragraph are not shown.
                    emit(to: start)
                    return
                }
                if hasText {
                    let found = Place(end: start, next: scanner.index)
                    let holds = before == .opening || Neighbour.isFrenchClosing(bytes, at: scanner.index)
                    if holds { lastResort = found } else { place = found }
                    // What follows overflows when the spaces already do.
                    if !holds {
                        before = .space
                        continue
                    }
                }
            } else {
                if hasText, neighbour.mayStartLine(after: before) { place = Place(end: start, next: start) }
                if start >= hang.bodyStart { hasText = true }
            }
            before = neighbour == .space ? .glue : neighbour
            if columns > available, !overflow(at: start) { return }
        }
        emit(to: paragraph.upperBound)
    }

    /// Ends the line at the best place before the cluster at `start`. False when there are lines enough.
    private mutating func overflow(at start: Int) -> Bool {
        // A cluster wider than a line has a line of its own, cut when it is drawn.
        guard let found = place ?? lastResort ?? (start > lineStart ? Place(end: start, next: start) : nil) else {
            return true
        }
        emit(to: found.end)
        begin(at: found.next)
        return lines.count < limit
    }

    private mutating func begin(at start: Int) {
        lineStart = start
        scanner.index = start
        columns = 0
        available = width - hang.columns
        before = .none
        hasText = false
        place = nil
        lastResort = nil
        isContinued = true
    }

    private mutating func emit(to end: Int) {
        lines.append(
            isContinued
                ? WrappedLine(range: lineStart..<end, indent: hang.indent, prefix: hang.prefix)
                : WrappedLine(range: lineStart..<end))
    }

    private mutating func passSpaces(to end: Int) {
        while scanner.index < end {
            let start = scanner.index
            guard let cluster = scanner.next() else { return }
            if Neighbour(cluster, in: bytes) != .space {
                scanner.index = start
                return
            }
            columns += cluster.columns
        }
    }
}

/// What stands before the continued lines of a paragraph.
struct Hang {
    static let none = Hang()

    private(set) var prefix: SafeText = ""
    /// Columns after the prefix.
    private(set) var indent = 0
    /// Columns of prefix and indent.
    private(set) var columns = 0
    /// Where the text after quote prefix and list marker starts; no line is broken before it.
    private(set) var bodyStart = 0

    private init() {}

    init(_ paragraph: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>, width: Int) {
        let end = paragraph.upperBound
        var index = paragraph.lowerBound
        var levels = 0
        // "│ " a level; the space may be gone at the end of a line.
        while index + 3 <= end, bytes[index] == 0xE2, bytes[index + 1] == 0x94, bytes[index + 2] == 0x82 {
            guard index + 3 == end || bytes[index + 3] == 0x20 else { break }
            index = min(end, index + 4)
            levels += 1
        }
        bodyStart = index
        let leastLeft = max(4, (width + 1) / 2)
        if levels > 0, width - levels * 2 >= leastLeft {
            prefix = Array(repeating: "│ ", count: levels).joined(by: "")
            columns = levels * 2
        }
        while index < end, bytes[index] == 0x20 { index += 1 }
        let marker = index
        var text = marker
        if index + 4 <= end, bytes[index] == 0xE2, bytes[index + 1] == 0x80, bytes[index + 2] == 0xA2 {
            text = bytes[index + 3] == 0x20 ? index + 4 : marker
        } else {
            while index < end, index - marker < 9, bytes[index] &- 0x30 < 10 { index += 1 }
            if index > marker, index + 2 <= end, bytes[index] == 0x2E, bytes[index + 1] == 0x20 { text = index + 2 }
        }
        guard text > marker else { return }
        // "•" takes three bytes and one column.
        let markerColumns = text - bodyStart - (bytes[marker] == 0xE2 ? 2 : 0)
        bodyStart = text
        if width - columns - markerColumns >= leastLeft {
            indent = markerColumns
            columns += markerColumns
        }
    }
}

/// A cluster as its neighbours see it when a line has to end (a small part of UAX #14).
enum Neighbour {
    /// The beginning of a line.
    case none
    /// A space at which a line may end.
    case space
    /// Stays with both neighbours: no-break spaces.
    case glue
    case letter
    /// Han, kana, Hangul, emoji: a line may end on both sides.
    case wide
    /// `«`: what follows stays with it, also after a space.
    case opening
    /// Brackets and the like after which no line ends.
    case bracket
    /// What begins no line.
    case closing

    init(_ cluster: Cluster, in bytes: UnsafeBufferPointer<UInt8>) {
        let start = cluster.range.lowerBound
        let first = bytes[start]
        if first < 0x80 {
            self =
                switch first {
                case 0x20: .space
                // ( [ {
                case 0x28, 0x5B, 0x7B: .bracket
                // ! % ) , . : ; ? ] }
                case 0x21, 0x25, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x5D, 0x7D: .closing
                default: cluster.columns == 2 ? .wide : .letter
                }
            return
        }
        let scalar = String(decoding: bytes[cluster.range], as: UTF8.self).unicodeScalars.first?.value ?? 0
        switch scalar {
        case 0xA0, 0x2007, 0x202F: self = .glue
        case 0x1680, 0x2000...0x200A, 0x205F, 0x3000: self = .space
        case 0xAB, 0x2039: self = .opening
        case 0x2018, 0x201C, 0x201E, 0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0x3014, 0x3016, 0x3018, 0xFF08, 0xFF3B,
            0xFF5B, 0xFF5F, 0xFF62:
            self = .bracket
        case 0xBB, 0x203A, 0x2019, 0x201D, 0x2026: self = .closing
        default:
            if cluster.columns < 2 || cluster.isSeveralLetters {
                self = scalar >= 0xFF61 && scalar <= 0xFF70 ? .closing : .letter
            } else {
                self = Self.beginsNoLine(scalar) ? .closing : .wide
            }
        }
    }

    /// JIS X 4051 (kinsoku): closing brackets, full stops, small kana, iteration and length marks.
    private static func beginsNoLine(_ value: UInt32) -> Bool {
        switch value {
        case 0x3001, 0x3002, 0x3005, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x3017, 0x3019, 0x301C, 0x303B,
            0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E, 0x3095, 0x3096, 0x309D,
            0x309E, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE, 0x30F5, 0x30F6,
            0x30FB, 0x30FC, 0x30FD, 0x30FE, 0xFF01, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D,
            0xFF60:
            true
        default: false
        }
    }

    /// Whether a line may start with this directly after a neighbour, without a space between.
    func mayStartLine(after before: Neighbour) -> Bool {
        guard self == .wide || before == .wide else { return false }
        switch self {
        case .closing, .glue, .space: return false
        default:
            return before != .opening && before != .bracket && before != .glue && before != .none && before != .space
        }
    }

    /// ASCII that never matters as a neighbour: everything but spaces and what opens.
    @inline(__always)
    static func isInnerASCII(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x28 && byte != 0x5B && byte != 0x7B
    }

    /// Whether the text there is punctuation that French sets apart by a space: `! ? : ; »`. The beginning of a word
    /// (`:smile:`, `!important`, `:-)`) is none.
    static func isFrenchClosing(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
        switch bytes[index] {
        case 0x3A, 0x3B: return next == 0x20 || next == 0x0A || next == 0xC2 || next == 0xE2
        case 0x21, 0x3F: return !((next | 0x20) &- 0x61 < 26 || next &- 0x30 < 10)
        case 0xC2: return next == 0xBB
        case 0xE2: return next == 0x80 && index + 2 < bytes.count && bytes[index + 2] == 0xBA
        default: return false
        }
    }
}
