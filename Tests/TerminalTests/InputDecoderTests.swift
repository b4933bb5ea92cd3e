import Cells
import Expectations
import Testing
import Text

@testable import Terminal

@Suite("Bytes to keys")
struct InputDecoderTests {
    /// What one burst of input means.
    private func events(_ inputs: [RawInput]) -> [InputEvent] {
        var decoder = InputDecoder()
        inputs.forEach { decoder.feed($0) }
        decoder.drained()
        decoder.giveUp()
        return decoder.takeEvents()
    }

    private func events(_ text: String) -> [InputEvent] {
        events(text.utf8.map { RawInput.byte($0) })
    }

    @Test(
        "keys",
        arguments: [
            ("j", [Key.character("j")]), ("é", [.character("é")]), ("日本", [.character("日"), .character("本")]),
            ("e\u{301}x", [.character("e\u{301}"), .character("x")]), ("“", [.character("“")]),
            ("👨‍👩‍👧", [.character("👨‍👩‍👧")]), ("\u{1B}", [.escape]), ("\u{1B}j", [.alt("j")]), ("\u{1B}é", [.alt("é")]),
            ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}[", [.alt("[")]), ("\u{1B}O", [.alt("O")]),
            ("\u{1B}\r", [.escape, .enter]), ("\r\n", [.enter, .enter]), ("\t", [.tab]),
            ("\u{7F}\u{8}", [.backspace, .backspace]),
            ("\u{4}\u{1A}", [.control("d"), .control("z")]), ("\u{1B}[A\u{1B}OB", [.up, .down]),
            ("gg", [.character("g"), .character("g")]), ("\u{1B}]", [.alt("]")]), ("\u{85}a", [.character("a")]),
        ])
    func keys(text: String, expected: [Key]) {
        expect(events(text), is: expected.map(InputEvent.key))
    }

    @Test(
        "sequences that nobody asked for are swallowed whole",
        arguments: [
            "\u{1B}[1;5Xj", "\u{1B}[?62;c\u{6A}", "\u{1B}]11;rgb:00/11/22\u{7}j", "\u{1B}P1+r\u{1B}\\j",
            "\u{1B}[I\u{1B}[Oj", "\u{1B}XmAmA\u{1B}\\j", "\u{1B}[?65;1;2;3;4;5;6;7;8;9;15;18;21;22;28;29;314cj",
        ])
    func swallowed(text: String) {
        expect(events(text), is: [.key(.character("j"))])
    }

    private static let sequences: [(bytes: [UInt8], event: InputEvent?)] = [
        (Array("\u{1B}[A".utf8), .key(.up)), (Array("\u{1B}OA".utf8), .key(.up)), (Array("\u{1B}[1;5A".utf8), nil),
        (Array("\u{1B}[<0;10;5m".utf8), nil), (Array("\u{1B}[<0;10;5M".utf8), .click(Point(x: 9, y: 4))),
        (Array("\u{1B}[M *%".utf8), .click(Point(x: 9, y: 4))), (Array("\u{1B}]11;rgb:1e/mA/<s\u{7}".utf8), nil),
        (Array("\u{1B}P1$r0;mA\u{1B}\\".utf8), nil), (Array("\u{1B}P>|tmux 3.6m\u{1B}\\".utf8), nil),
        (Array("\u{1B}[200~mA<s\u{1B}[201~".utf8), .paste("mA<s")),
    ]

    @Test("a sequence cut between two reads presses no key, wherever it is cut", arguments: sequences)
    private func cutSequence(bytes: [UInt8], event: InputEvent?) {
        for cut in 1..<bytes.count {
            var decoder = InputDecoder()
            for part in [bytes[..<cut], bytes[cut...]] {
                part.forEach { decoder.feed(.byte($0)) }
                decoder.drained()
            }
            // A string that came behind the key Esc cannot be told from keys.
            if cut == 1, [0x5D, 0x50].contains(bytes[1]) { continue }
            let pressed = decoder.takeEvents().filter { $0 != .key(.escape) }
            expect(pressed, is: event.map { [$0] } ?? [])
        }
    }

    @Test("what is left of a report that was given up presses no key")
    func remainder() {
        var decoder = InputDecoder()
        func burst(_ text: String) {
            text.utf8.forEach { decoder.feed(.byte($0)) }
            decoder.drained()
        }
        burst("\u{1B}[<0;1")
        decoder.giveUp()
        burst("0;5m")
        expect(decoder.takeEvents(), is: [])
        burst("\u{1B}[<0;1")
        decoder.giveUp()
        // A person presses one key at a time
        for key in ["2", "m"] { burst(key) }
        expect(decoder.takeEvents(), is: [.key(.character("2")), .key(.character("m"))])
    }

    @Test(
        "a string that is none holds up no keys: one byte at a time is a person", arguments: ["X", "P", "]", "_", "^"])
    func noString(introducer: Character) {
        var decoder = InputDecoder()
        func burst(_ text: String) {
            text.utf8.forEach { decoder.feed(.byte($0)) }
            decoder.drained()
        }
        burst("\u{1B}\(introducer)")
        burst("j")
        burst("k")
        expect(decoder.takeEvents(), is: [.alt(introducer), .character("j"), .character("k")].map(InputEvent.key))
        // Nor does a long one keep the keys that end a program, or another sequence
        burst("\u{1B}\(introducer)some text")
        burst("\u{3}")
        burst("\u{1B}\(introducer)some text")
        burst("\u{1B}[A")
        expect(decoder.takeEvents(), is: [.key(.control("c")), .key(.up)])
        burst("\u{1B}\(introducer)")
        burst("\r")
        expect(decoder.takeEvents(), is: [.key(.alt(introducer)), .key(.enter)])
    }

    @Test("function keys of the Linux console, whole or cut", arguments: 0...4)
    func console(cut: Int) {
        var decoder = InputDecoder()
        for (number, byte) in "\u{1B}[[A".utf8.enumerated() {
            decoder.feed(.byte(byte))
            if number == cut { decoder.drained() }
        }
        decoder.drained()
        expect(decoder.takeEvents().filter { $0 != .key(.escape) }, is: [.key(.function(1))])
    }

    @Test("after the key Esc, [ and O are keys when they come alone or late")
    func afterEscapeKey() {
        var decoder = InputDecoder()
        func burst(_ text: String) {
            text.utf8.forEach { decoder.feed(.byte($0)) }
            decoder.drained()
        }
        burst("\u{1B}")
        burst("[")
        burst("\u{1B}")
        decoder.forgetEscape()
        burst("OA")
        expect(
            decoder.takeEvents(),
            is: [.key(.escape), .key(.character("[")), .key(.escape), .key(.character("O")), .key(.character("A"))])
    }

    @Test("a scalar cut between two reads is put together")
    func cutScalar() {
        var decoder = InputDecoder()
        decoder.feed(.byte(0xC3))
        decoder.drained()
        expect(decoder.takeEvents(), is: [])
        decoder.feed(.byte(0xA9))
        decoder.drained()
        expect(decoder.takeEvents(), is: [.key(.character("é"))])
    }

    @Test("bytes that are no UTF-8 press no key and cost no other")
    func notUTF8() {
        expect(
            events([0xFF, 0x6A, 0xC3, 0x6B, 0xE2, 0x80, 0x6C].map { .byte($0) }),
            is: ["j", "k", "l"].map { .key(.character($0)) })
    }

    // MARK: Mouse

    @Test("notches of the wheel at one place add up, in order with keys")
    func wheel() {
        let place = Point(x: 3, y: 4)
        expect(
            events("\u{1B}[<65;4;5M\u{1B}[<65;4;5M\u{1B}[A\u{1B}[<64;4;5M"),
            is: [.wheel(6, at: place), .key(.up), .wheel(-3, at: place)])
    }

    @Test(
        "a report is the press of the first button or the wheel, whatever key is held; the rest of them are swallowed",
        arguments: [
            ("\u{1B}[<0;1;1M", [.click(Point(x: 0, y: 0))]), ("\u{1B}[<4;300;2M", [.click(Point(x: 299, y: 1))]),
            ("\u{1B}[<0;1;1m", []), ("\u{1B}[<2;1;1M", []), ("\u{1B}[<32;1;1M", []), ("\u{1B}[<66;1;1M", []),
            ("\u{1B}[<0;0;1M", []), ("\u{1B}[<0;1M", []), ("\u{1B}[<;;M", []),
            ("\u{1B}[<0;1;99999999999999999999M", []),
            ("\u{1B}[<99999;1;1M", []),
            ("\u{1B}[M !!", [.click(Point(x: 0, y: 0))]), ("\u{1B}[M#!!", []), ("\u{1B}[M   ", []),
            ("\u{1B}[Ma*+", [.wheel(3, at: Point(x: 9, y: 10))]),
        ] as [(String, [InputEvent])])
    func report(text: String, expected: [InputEvent]) {
        expect(events(text + "j"), is: expected + [.key(.character("j"))])
    }

    @Test("a report of three bytes reaches columns that are no ASCII")
    func farReport() {
        let bytes = Array("\u{1B}[M ".utf8) + [33 + 200, 33 + 7]
        expect(events(bytes.map { .byte($0) }), is: [.click(Point(x: 200, y: 7))])
    }

    @Test(
        "a report cut between two reads is put together; cut off for good it costs no key",
        arguments: [("\u{1B}[<0;1", "2;8M"), ("\u{1B}[M ", ",(")])
    func cutReport(beginning: String, rest: String) {
        var decoder = InputDecoder()
        for giveUp in [false, true] {
            beginning.utf8.forEach { decoder.feed(.byte($0)) }
            decoder.drained()
            #expect(decoder.patience != nil)
            if giveUp { decoder.giveUp() }
            (giveUp ? "j" : rest).utf8.forEach { decoder.feed(.byte($0)) }
            decoder.drained()
            expect(decoder.patience, is: nil)
            expect(decoder.takeEvents(), is: [giveUp ? .key(.character("j")) : .click(Point(x: 11, y: 7))])
        }
    }

    @Test("a key after a sequence that was cut off is a key")
    func keyAfterCut() {
        expect(events("\u{1B}[<0;1\u{1B}[A\u{1B}[<0\r"), is: [.key(.up), .key(.enter)])
    }

    // MARK: Paste

    @Test("a paste is one event; its line ends are LF, its keys and escapes no keys")
    func paste() {
        let bytes = "un\r\ndeux\rtrois".utf8.map { RawInput.byte($0) }
        expect(
            events([.pasteBegan] + bytes + [.key(.up), .pasteEnded, .byte(0x6A)]),
            is: [
                .paste("un\ndeux\ntrois"), .key(.character("j")),
            ])
    }

    @Test("a paste whose marks ncurses did not know is a paste all the same")
    func pasteByBytes() {
        expect(events("\u{1B}[200~abc\u{1B}[201~j"), is: [.paste("abc"), .key(.character("j"))])
    }

    @Test("a paste without an end waits, and is delivered when it is given up")
    func lostEnd() {
        var decoder = InputDecoder()
        ([.pasteBegan] + "abc".utf8.map { RawInput.byte($0) }).forEach { decoder.feed($0) }
        decoder.drained()
        #expect(decoder.patience != nil)
        expect(decoder.takeEvents(), is: [])
        decoder.giveUp()
        decoder.feed(.byte(0x6A))
        decoder.drained()
        expect(decoder.takeEvents(), is: [.paste("abc"), .key(.character("j"))])
    }

    @Test("a paste larger than the limit keeps its beginning, and its end is still seen")
    func hugePaste() {
        var decoder = InputDecoder()
        decoder.feed(.pasteBegan)
        for _ in 0..<(InputDecoder.pasteLimit + 5000) { decoder.feed(.byte(0x61)) }
        "\u{1B}[201~j".utf8.forEach { decoder.feed(.byte($0)) }
        decoder.drained()
        let delivered = decoder.takeEvents()
        expect(delivered.count, is: 2)
        expect(delivered.last, is: .key(.character("j")))
    }

    // MARK: Anything

    @Test("random bytes end in a state where j is j", arguments: 0..<200)
    func randomBytes(seed: Int) {
        var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var decoder = InputDecoder()
        let alphabet: [UInt8] = [
            27, 91, 79, 93, 50, 48, 49, 126, 59, 65, 109, 7, 92, 0xC3, 0xA9, 0xE2, 0xFF, 13, 10, 0,
        ]
        for _ in 0..<300 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            decoder.feed(.byte(alphabet[Int(state >> 33) % alphabet.count]))
            if state >> 60 == 0 { decoder.drained() }
        }
        decoder.drained()
        decoder.giveUp()
        // A sequence that is not finished ends with its final byte at the latest.
        "@".utf8.forEach { decoder.feed(.byte($0)) }
        decoder.drained()
        _ = decoder.takeEvents()
        decoder.feed(.byte(0x6A))
        decoder.drained()
        expect(decoder.takeEvents(), is: [.key(.character("j"))])
    }
}
