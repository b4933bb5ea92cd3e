import CTerminal
import Cells
import Text

/// One thing that ncurses read.
enum RawInput: Hashable {
    case nothing
    case byte(UInt8)
    case key(Key)
    case pasteBegan, pasteEnded
    /// A key that ncurses knows and the reader has no name for.
    case ignored
}

/// Turns bytes and key codes into events: UTF-8, clusters, Alt, mouse reports, bracketed paste, unknown escape sequences
/// swallowed.
struct InputDecoder {
    /// Bytes that one paste may hold; the rest of it is dropped.
    static let pasteLimit = 1 << 20

    /// Rows that one notch of the wheel moves.
    static let rowsPerNotch = 3

    private enum State {
        case ground
        case escape
        /// After ESC [, with its parameters so far.
        case control([UInt8])
        /// After ESC [ M: a mouse report of three bytes.
        case report([UInt8])
        /// After ESC O.
        case shift
        /// After ESC [ [: a function key of the Linux console.
        case console
        case string(ControlString)
        case paste
        /// After [ or O, shortly after an ESC that was taken for the key.
        case resumed(UInt8)
        /// After a sequence that was given up, with what may be the rest of it.
        case remainder([UInt8])
    }

    /// An OSC, DCS, APC, PM or SOS string, as far as it has come.
    private struct ControlString {
        /// The byte behind ESC.
        var introducer: UInt8
        var count = 0
        /// Its first byte, when that did not come together with the introducer.
        var late: UInt8?
        var wasDrained = false
        var sawEscape = false
    }

    private var state = State.ground
    private var events: [InputEvent] = []
    private var scalar: [UInt8] = []
    private var cluster = ""
    private var withAlt = false
    private var pasted: [UInt8] = []
    private var droppedTail: [UInt8] = []
    /// An ESC without anything behind it was taken for the key, and its rest may still come.
    private var escapeMayGoOn = false

    private var isInsidePaste: Bool {
        if case .paste = state { true } else { false }
    }

    /// After `drained`: for how many milliseconds more is awaited, because what came so far has no end yet, such as a
    /// paste or half a mouse report. Longer where its rest would be a whole text of keys.
    var patience: Int? {
        switch state {
        case .control, .report, .shift, .console: 1000
        case .string(let string): string.count == 0 ? 1000 : 3000
        case .paste: 3000
        case .ground, .escape, .resumed, .remainder: nil
        }
    }

    /// Whether each byte begins the patience anew; else it is counted from the beginning of the sequence.
    var isPatienceRenewed: Bool { isInsidePaste }

    /// How many sequences have begun.
    private(set) var begun = 0

    /// Events that nobody took yet.
    var eventCount: Int { events.count }

    mutating func takeEvents() -> [InputEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// No more input is there now: what could have continued is complete.
    mutating func drained() {
        flushCluster()
        switch state {
        case .escape:
            finish(.key(.escape))
            escapeMayGoOn = true
        case .resumed(let byte): finish(.key(.character(Character(Unicode.Scalar(byte)))))
        // One byte at a time is a person.
        case .remainder(let bytes) where !bytes.isEmpty: typeKeys(bytes)
        case .string(let string) where string.count == 1 && string.late != nil:
            finish(.key(.alt(Character(Unicode.Scalar(string.introducer)))))
            typeKeys([string.late].compactMap(\.self))
        case .string(var string):
            string.wasDrained = true
            state = .string(string)
        case .ground, .control, .report, .shift, .console, .paste, .remainder: break
        }
    }

    /// The end did not come: a paste is delivered as far as it is there, anything else is forgotten, and keys are keys
    /// again.
    mutating func giveUp() {
        switch state {
        case .paste: finishPaste()
        case .control([]): finish(.key(.alt("[")))
        case .shift: finish(.key(.alt("O")))
        case .control: state = .remainder([])
        case .string(let string) where string.count == 0:
            finish(.key(.alt(Character(Unicode.Scalar(string.introducer)))))
        case .report, .console, .string: state = .ground
        case .ground, .escape, .resumed, .remainder: break
        }
    }

    /// So long after an ESC that [ or O is a key.
    mutating func forgetEscape() { escapeMayGoOn = false }

    private mutating func typeKeys(_ bytes: [UInt8]) {
        state = .ground
        bytes.forEach { ground($0) }
        flushCluster()
    }

    mutating func feed(_ input: RawInput) {
        if isInsidePaste {
            switch input {
            case .byte(let byte): paste(byte)
            case .pasteEnded: finishPaste()
            // Bytes that ncurses took for a key: a paste has no keys, so they were noise in it.
            case .nothing, .key, .pasteBegan, .ignored: break
            }
            return
        }
        if case .byte(let byte) = input {
            feed(byte)
            return
        }
        flushCluster()
        escapeMayGoOn = false
        if case .escape = state { events.append(.key(.escape)) }
        state = .ground
        switch input {
        case .key(let key): events.append(.key(key))
        case .pasteBegan: beginPaste()
        case .nothing, .byte, .pasteEnded, .ignored: break
        }
    }

    private mutating func finish(_ event: InputEvent) {
        events.append(event)
        state = .ground
    }

    // MARK: Bytes

    /// Bytes of parameters that are understood; no key and no report has so many.
    private static let parameterLimit = 32

    private mutating func feed(_ byte: UInt8) {
        let goesOn = escapeMayGoOn
        escapeMayGoOn = false
        switch state {
        case .ground:
            let isRest = goesOn && (byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O"))
            if isRest { state = .resumed(byte) } else { ground(byte) }
        case .resumed(let introducer):
            begun += 1
            state = introducer == UInt8(ascii: "[") ? .control([]) : .shift
            feed(byte)
        case .remainder(var bytes):
            if (0x30...0x3F).contains(byte), bytes.count < Self.parameterLimit {
                bytes.append(byte)
                state = .remainder(bytes)
            } else if !bytes.isEmpty, (0x40...0x7E).contains(byte) {
                state = .ground
            } else {
                typeKeys(bytes)
                ground(byte)
            }
        case .escape: afterEscape(byte)
        case .control([]) where byte == UInt8(ascii: "["): state = .console
        case .control(var parameters):
            if (0x20...0x3F).contains(byte) {
                // One more is kept than is understood.
                if parameters.count <= Self.parameterLimit { parameters.append(byte) }
                state = .control(parameters)
            } else {
                state = .ground
                // A key pressed after a sequence that was cut off.
                if byte < 0x20 { ground(byte) }
                if (0x40...0x7E).contains(byte), parameters.count <= Self.parameterLimit {
                    control(parameters, final: byte)
                }
            }
        case .report(var bytes):
            bytes.append(byte)
            state = bytes.count < 3 ? .report(bytes) : .ground
            if bytes.count == 3 {
                mouse(button: Int(bytes[0]) - 32, column: Int(bytes[1]) - 32, row: Int(bytes[2]) - 32)
            }
        case .shift:
            state = .ground
            if let key = Self.cursorKeys[byte] { events.append(.key(key)) }
        case .console:
            state = .ground
            if (0x41...0x45).contains(byte) { events.append(.key(.function(Int(byte) - 0x40))) }
        case .string(let string): feed(byte, in: string)
        case .paste: paste(byte)
        }
    }

    /// A control character that ends no string ends this one, and is a key.
    private mutating func feed(_ byte: UInt8, in string: ControlString) {
        var string = string
        if string.sawEscape, byte != 0x5C {
            state = .escape
            afterEscape(byte)
        } else if string.sawEscape || byte == 7 {
            state = .ground
        } else if byte == 27 {
            string.sawEscape = true
            state = .string(string)
        } else if byte < 0x20 {
            state = .ground
            if string.count == 0 { events.append(.key(.alt(Character(Unicode.Scalar(string.introducer))))) }
            ground(byte)
        } else {
            if string.count == 0, string.wasDrained { string.late = byte }
            string.count += 1
            state = .string(string)
        }
    }

    private mutating func afterEscape(_ byte: UInt8) {
        begun += 1
        switch byte {
        case 0x1B: events.append(.key(.escape))
        case UInt8(ascii: "["): state = .control([])
        case UInt8(ascii: "O"): state = .shift
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            state = .string(ControlString(introducer: byte))
        case 0..<32, 127:
            finish(.key(.escape))
            ground(byte)
        default:
            state = .ground
            flushCluster()
            withAlt = true
            ground(byte)
        }
    }

    private mutating func control(_ parameters: [UInt8], final: UInt8) {
        if final == UInt8(ascii: "~"), parameters == Array("200".utf8) {
            beginPaste()
        } else if final == UInt8(ascii: "M"), parameters.isEmpty {
            state = .report([])
        } else if final == UInt8(ascii: "M"), parameters.first == UInt8(ascii: "<") {
            let numbers = parameters.dropFirst().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
                .map { UInt16(String(decoding: $0, as: UTF8.self)).map(Int.init) ?? -1 }
            if numbers.count == 3 { mouse(button: numbers[0], column: numbers[1], row: numbers[2]) }
        } else if parameters.isEmpty, let key = Self.cursorKeys[final] {
            events.append(.key(key))
        }
    }

    /// A button that went down, in the numbers of xterm's control sequences ("Mouse Tracking"); places count from 1.
    private mutating func mouse(button: Int, column: Int, row: Int) {
        guard column > 0, row > 0 else { return }
        let point = Point(x: column - 1, y: row - 1)
        let heldKeys = 4 | 8 | 16
        switch button & ~heldKeys {
        case 0: events.append(.click(point))
        case 64: turnWheel(-Self.rowsPerNotch, at: point)
        case 65: turnWheel(Self.rowsPerNotch, at: point)
        default: break
        }
    }

    private mutating func turnWheel(_ rows: Int, at point: Point) {
        if case .wheel(let before, at: point) = events.last {
            events[events.count - 1] = .wheel(before + rows, at: point)
        } else {
            events.append(.wheel(rows, at: point))
        }
    }

    /// What a terminal in the other cursor-key mode than its terminfo entry says sends.
    private static let cursorKeys: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "M"): .enter, UInt8(ascii: "Z"): .backTab,
    ]

    private mutating func ground(_ byte: UInt8) {
        guard byte < 128 else {
            continueScalar(byte)
            return
        }
        scalar.removeAll(keepingCapacity: true)
        guard byte >= 32, byte != 127 else {
            flushCluster()
            controlKey(byte)
            return
        }
        let alt = withAlt
        flushCluster()
        withAlt = alt
        cluster.unicodeScalars.append(Unicode.Scalar(byte))
    }

    private mutating func controlKey(_ byte: UInt8) {
        switch byte {
        case 9: events.append(.key(.tab))
        case 10, 13: events.append(.key(.enter))
        case 8, 127: events.append(.key(.backspace))
        case 27: state = .escape
        case 1...26: events.append(.key(.control(Character(Unicode.Scalar(byte + 96)))))
        default: break
        }
    }

    private mutating func continueScalar(_ byte: UInt8) {
        if byte >= 0xC0 { scalar.removeAll(keepingCapacity: true) }
        scalar.append(byte)
        let length = scalar[0] >= 0xF0 ? 4 : scalar[0] >= 0xE0 ? 3 : 2
        guard scalar[0] >= 0xC2, scalar[0] < 0xF5 else {
            // Not UTF-8, and no key that anybody pressed.
            scalar.removeAll(keepingCapacity: true)
            return
        }
        guard scalar.count == length else { return }
        defer { scalar.removeAll(keepingCapacity: true) }
        guard let decoded = String(validating: scalar, as: UTF8.self)?.unicodeScalars.first else { return }
        guard decoded.properties.generalCategory != .control else { return }
        let joined = cluster + String(decoded)
        if cluster.isEmpty || joined.count == 1 {
            cluster = joined
        } else {
            flushCluster()
            cluster = String(decoded)
        }
    }

    private mutating func flushCluster() {
        if let character = cluster.first {
            events.append(.key(withAlt ? .alt(character) : .character(character)))
            cluster = ""
        }
        withAlt = false
    }

    // MARK: Paste

    private mutating func beginPaste() {
        flushCluster()
        pasted = []
        droppedTail = []
        state = .paste
    }

    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private mutating func paste(_ byte: UInt8) {
        guard pasted.count < Self.pasteLimit else {
            droppedTail.append(byte)
            if droppedTail.count > Self.pasteEnd.count { droppedTail.removeFirst() }
            if droppedTail == Self.pasteEnd { finishPaste() }
            return
        }
        pasted.append(byte)
        // The end may come in two reads, so that ncurses did not know it.
        if byte == UInt8(ascii: "~"), pasted.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
            pasted.removeLast(Self.pasteEnd.count)
            finishPaste()
        }
    }

    private mutating func finishPaste() {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pasted.count)
        for (index, byte) in pasted.enumerated() {
            // Terminals send a line's end as CR; what was copied may have CR LF.
            if byte == 10, index > 0, pasted[index - 1] == 13 { continue }
            bytes.append(byte == 13 ? 10 : byte)
        }
        pasted = []
        droppedTail = []
        finish(.paste(SafeText(sanitizing: String(decoding: bytes, as: UTF8.self), as: .body)))
    }
}

extension RawInput {
    init(_ input: curses_input) {
        switch input.kind {
        case CURSES_NOTHING: self = .nothing
        case CURSES_BYTE: self = .byte(UInt8(truncatingIfNeeded: input.value))
        case CURSES_KEY: self = Self.keys[UInt32(input.value)].map(RawInput.key) ?? .ignored
        case CURSES_FUNCTION_KEY: self = .key(.function(Int(input.value)))
        case CURSES_PASTE_BEGAN: self = .pasteBegan
        case CURSES_PASTE_ENDED: self = .pasteEnded
        default: self = .ignored
        }
    }

    private static let keys: [UInt32: Key] = [
        CURSES_KEY_UP.rawValue: .up, CURSES_KEY_DOWN.rawValue: .down, CURSES_KEY_LEFT.rawValue: .left,
        CURSES_KEY_RIGHT.rawValue: .right, CURSES_KEY_HOME.rawValue: .home, CURSES_KEY_END.rawValue: .end,
        CURSES_KEY_PAGE_UP.rawValue: .pageUp, CURSES_KEY_PAGE_DOWN.rawValue: .pageDown,
        CURSES_KEY_INSERT.rawValue: .insert, CURSES_KEY_DELETE.rawValue: .delete,
        CURSES_KEY_BACKSPACE.rawValue: .backspace, CURSES_KEY_ENTER.rawValue: .enter,
        CURSES_KEY_BACK_TAB.rawValue: .backTab,
    ]
}
