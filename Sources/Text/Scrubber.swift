/// One pass of the sanitizer over one text, scalar by scalar.
struct Scrubber {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let keepsLines: Bool
    private var output: [UInt8] = []

    // White space waits until something follows it: so both ends are trimmed and breaks collapse.
    private var spaces = 0
    private var breaks = 0
    /// A ZWJ or ZWNJ that waits for what follows it; 0 is none.
    private var joiner: UInt32 = 0
    /// The scalar written last, and the last one that is neither mark nor variation selector.
    private var last: UInt32 = 0
    private var lastBase: UInt32 = 0
    private var lastUsesJoiners = false
    private var marks = 0
    /// Scalars since the last place where a cluster surely began.
    private var scalarsInARow = 0
    private var mayHaveLongClusters = false
    /// Up to where a control string was followed without an end: the next one need not look at that again.
    private var followed = 0

    init(bytes: UnsafeBufferPointer<UInt8>, form: SafeText.Form) {
        self.bytes = bytes
        keepsLines = form == .body
        output.reserveCapacity(bytes.count)
    }

    /// The text, valid UTF-8.
    var finished: [UInt8] {
        mayHaveLongClusters ? Self.withShortClusters(output) : output
    }

    mutating func run() {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte > 0x20 && byte < 0x7F {
                write(UInt32(byte), plain: true)
                index += 1
                continue
            }
            if byte == 0x20 || byte == 0x09 {
                spaces += 1
                index += 1
                continue
            }
            let (value, length) = bytes.scalar(at: index)
            index += length
            take(value, next: &index)
        }
        Self.trimEnd(of: &output)
    }

    /// Decides about one scalar; `next` is where the following one starts, and moves when more is consumed.
    private mutating func take(_ value: UInt32, next: inout Int) {
        let facts = ScalarFacts.of(value)
        switch facts.kind {
        case .keep:
            if output.isEmpty && Self.isSpace(value) { return }
            write(value, plain: facts.standsAlone, usesJoiners: facts.usesJoiners)
            if value == 0x1F3F4 { writeTags(next: &next) }
        case .control:
            next = endOfControlSequence(introducedBy: value, from: next) ?? next
        case .lineBreak:
            if value == 0x0D && next < bytes.count && bytes[next] == 0x0A { next += 1 }
            breaks += 1
            spaces = 0
        case .drop: break
        case .replace: write(0xFFFD, plain: true)
        case .mark: writeMark(value, usesJoiners: facts.usesJoiners)
        case .joiner: if mayJoin(value) { joiner = value }
        case .variation: writeVariation(value)
        }
    }

    private mutating func flushSpace() {
        if breaks > 0 && !output.isEmpty {
            if keepsLines {
                for _ in 0..<min(breaks, Sanitizer.lineBreaksInARow) { output.append(0x0A) }
                for _ in 0..<spaces { output.append(0x20) }
            } else {
                output.append(0x20)
            }
        } else if spaces > 0 && !output.isEmpty {
            for _ in 0..<spaces { output.append(0x20) }
        }
        spaces = 0
        breaks = 0
    }

    private mutating func write(_ value: UInt32, plain: Bool, usesJoiners: Bool = false) {
        if spaces | breaks != 0 {
            flushSpace()
            joiner = 0
        }
        var startsCluster = plain
        if joiner != 0 {
            if lastUsesJoiners && usesJoiners || joiner == 0x200D && isEmojiElement(value) {
                output.append(scalar: joiner)
                scalarsInARow += 1
                startsCluster = false
            }
            joiner = 0
        }
        scalarsInARow = startsCluster ? 1 : scalarsInARow + 1
        if scalarsInARow >= Sanitizer.scalarsPerCluster - 1 { mayHaveLongClusters = true }
        output.append(scalar: value)
        last = value
        lastBase = value
        lastUsesJoiners = usesJoiners
        marks = 0
    }

    private mutating func writeMark(_ value: UInt32, usesJoiners: Bool) {
        // Nothing to stand on, or too many on one base.
        if output.isEmpty || breaks > 0 { return }
        if spaces > 0 {
            flushSpace()
            marks = 0
            lastBase = 0x20
            joiner = 0
        }
        guard marks < Sanitizer.marksPerBase else { return }
        if joiner != 0 {
            if lastUsesJoiners && usesJoiners { output.append(scalar: joiner) }
            joiner = 0
        }
        output.append(scalar: value)
        marks += 1
        last = value
        lastUsesJoiners = usesJoiners
        scalarsInARow += 1
        if scalarsInARow >= Sanitizer.scalarsPerCluster - 1 { mayHaveLongClusters = true }
    }

    /// Only directly after a base that has both an emoji and a text form.
    private mutating func writeVariation(_ value: UInt32) {
        guard spaces | breaks == 0, !output.isEmpty, last == lastBase, isEmoji(last) else { return }
        joiner = 0
        output.append(scalar: value)
        last = value
        scalarsInARow += 1
    }

    private func mayJoin(_ value: UInt32) -> Bool {
        guard spaces | breaks == 0, !output.isEmpty, joiner == 0 else { return false }
        if lastUsesJoiners { return true }
        return value == 0x200D && lastBase >= 0xA9 && (last == lastBase || last == 0xFE0F) && isEmoji(lastBase)
    }

    private func isEmoji(_ value: UInt32) -> Bool {
        Unicode.Scalar(value)?.properties.isEmoji ?? false
    }

    /// What may follow a ZWJ in an emoji sequence (UTS #51 ED-15a).
    private func isEmojiElement(_ value: UInt32) -> Bool {
        value >= 0xA9 && !(0x1F3FB...0x1F3FF).contains(value) && !(0x1F1E6...0x1F1FF).contains(value)
            && isEmoji(value) && isEmoji(lastBase) && lastBase >= 0xA9
    }

    /// Tags of a subdivision flag (England: gbeng), directly after the black flag and closed.
    private mutating func writeTags(next: inout Int) {
        var index = next
        var tags: [UInt32] = []
        while index < bytes.count, tags.count <= 7 {
            let (value, length) = bytes.scalar(at: index)
            guard value &- 0xE0020 < 0x60 else { return }
            tags.append(value)
            index += length
            if value != 0xE007F { continue }
            let isCode = tags.dropLast().allSatisfy {
                (0xE0061...0xE007A).contains($0) || (0xE0030...0xE0039).contains($0)
            }
            guard isCode, (5...7).contains(tags.count) else { return }
            for tag in tags { output.append(scalar: tag) }
            last = 0xE007F
            lastBase = 0xE007F
            scalarsInARow += tags.count
            next = index
            return
        }
    }

    private static func isSpace(_ value: UInt32) -> Bool {
        switch value {
        case 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Takes white space and joiners with nothing after them off the end.
    static func trimEnd(of output: inout [UInt8]) {
        while let byte = output.last {
            if byte == 0x20 || byte == 0x0A {
                output.removeLast()
                continue
            }
            guard byte >= 0x80, let length = output.withUnsafeBufferPointer({ lengthOfTrailingSpace($0) }) else {
                return
            }
            output.removeLast(length)
        }
    }

    private static func lengthOfTrailingSpace(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for length in 2...3 where bytes.count >= length && bytes[bytes.count - length] >= 0xC0 {
            let value = bytes.scalar(at: bytes.count - length).value
            return isSpace(value) || value == 0x200C || value == 0x200D ? length : nil
        }
        return nil
    }

    /// Cuts clusters of more than `scalarsPerCluster` scalars and shows U+FFFD for what is gone.
    private static func withShortClusters(_ output: [UInt8]) -> [UInt8] {
        let text = String(decoding: output, as: UTF8.self)
        var short: [UInt8] = []
        short.reserveCapacity(output.count)
        for cluster in text {
            let scalars = cluster.unicodeScalars
            if scalars.count <= Sanitizer.scalarsPerCluster {
                short.append(contentsOf: cluster.utf8)
                continue
            }
            for scalar in scalars.prefix(Sanitizer.scalarsPerCluster) { short.append(scalar: scalar.value) }
            trimEnd(of: &short)
            short.append(scalar: 0xFFFD)
        }
        return short
    }
}

// MARK: - Control sequences

extension Scrubber {
    /// Where a control sequence ends (ECMA-48 5.4 and 5.6), so that no `[31m` is left to see; nil when what follows
    /// is none, is too long or breaks off: then only the introducer goes.
    private mutating func endOfControlSequence(introducedBy value: UInt32, from start: Int) -> Int? {
        switch value {
        case 0x1B:
            guard start < bytes.count else { return nil }
            switch bytes[start] {
            case 0x5B: return endOfControlFunction(from: start + 1)
            case 0x5D, 0x50, 0x58, 0x5E, 0x5F: return endOfControlString(from: start + 1)
            default: return nil
            }
        case 0x9B: return endOfControlFunction(from: start)
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F: return endOfControlString(from: start)
        default: return nil
        }
    }

    /// CSI: parameters, intermediates, one final byte; at most 64 bytes.
    private func endOfControlFunction(from start: Int) -> Int? {
        var index = start
        let limit = min(bytes.count, start + 64)
        while index < limit, (0x30...0x3F).contains(bytes[index]) { index += 1 }
        while index < limit, (0x20...0x2F).contains(bytes[index]) { index += 1 }
        guard index < limit, (0x40...0x7E).contains(bytes[index]) else { return nil }
        return index + 1
    }

    /// OSC, DCS, SOS, PM, APC: everything up to ST or BEL; at most 4096 bytes before that, and one line.
    private mutating func endOfControlString(from start: Int) -> Int? {
        let limit = min(bytes.count, start + 4096)
        var index = max(start, followed)
        defer { followed = index }
        while index < limit {
            switch bytes[index] {
            case 0x07: return index + 1
            case 0x1B: return index + 1 < bytes.count && bytes[index + 1] == 0x5C ? index + 2 : nil
            case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x9C: return index + 2
            case 0..<0x20: return nil
            default: index += 1
            }
        }
        return nil
    }
}
