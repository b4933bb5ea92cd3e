import Expectations
import TestSupport
import Testing
import Text

@Suite struct SanitizerTests {
    @Test(
        "what is not ours to interpret goes, the words stay",
        arguments: [
            ("\u{1B}[31mred\u{1B}[0m", "red"),
            ("\u{9B}2Jgone", "gone"),
            ("\u{1B}[", "["),
            ("a\u{1B}[3\u{1}1mb", "a[31mb"),
            ("\u{1B}]0;title\u{7}text", "text"),
            ("\u{1B}]8;;https://evil.example\u{1B}\\click\u{1B}]8;;\u{1B}\\", "click"),
            ("\u{9D}52;c;cm0gLXJm\u{9C}text", "text"),
            ("\u{1B}]52;c;never closed", "]52;c;never closed"),
            ("\u{1B}]52;c;one line\nnext\u{7}", "]52;c;one line next"),
            ("\u{1B}P+q544e\u{1B}\\text", "text"),
            ("\u{1B}_apc\u{1B}\\\u{1B}^pm\u{1B}\\\u{1B}Xsos\u{1B}\\text", "text"),
            ("\u{1B}cHello", "cHello"),
            ("a\u{0}b\u{8}c\u{7F}d\u{80}e", "abcde"),
            ("tab\there", "tab here"),
            ("user\u{202E}gpj.exe", "usergpj.exe"),
            ("\u{2066}a\u{2069}\u{200E}b\u{200F}\u{61C}c", "abc"),
            ("zero\u{200B}width\u{FEFF}\u{2060}\u{AD}", "zerowidth"),
            ("a\u{200D}b\u{200C}c", "abc"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
            ("क्\u{200D}ष", "क्\u{200D}ष"),
            ("👩\u{200D}🚀", "👩\u{200D}🚀"),
            ("🏳\u{FE0F}\u{200D}🌈", "🏳\u{FE0F}\u{200D}🌈"),
            ("👨🏽\u{200D}🚀", "👨🏽\u{200D}🚀"),
            ("👩\u{200D}\u{200D}🚀", "👩\u{200D}🚀"),
            ("👩\u{200D} x", "👩 x"),
            ("❤\u{FE0F}", "❤\u{FE0F}"),
            ("❤\u{FE0F}\u{FE0F}\u{FE0E}", "❤\u{FE0F}"),
            ("a\u{FE0F}\u{FE01}\u{E0100}", "a"),
            ("1\u{FE0F}\u{20E3}", "1\u{FE0F}\u{20E3}"),
            ("hi\u{E0068}\u{E0069}", "hi"),
            (
                "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
                "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"
            ),
            ("🏴\u{E0067}\u{E0062}", "🏴"),
            ("z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}!", "z\u{300}\u{301}\u{302}\u{303}!"),
            ("\u{301}lone", "lone"),
            ("\u{E000}\u{378}\u{E01F0}x", "\u{FFFD}\u{FFFD}x"),
            ("\u{3164}\u{115F}name\u{2800}", "name"),
            ("L’été : « déjà » – 3 000 €…", "L’été : « déjà » – 3 000 €…"),
            ("日本語テキスト", "日本語テキスト"),
        ])
    func line(raw: String, safe: String) {
        expect(Array(SafeText(sanitizing: raw).string.unicodeScalars), is: Array(safe.unicodeScalars))
    }

    @Test(
        "an end of control strings is found from every one that it can end",
        arguments: ["\u{7}", "\u{1B}\\", "\u{9C}"])
    func endOfManyControlStrings(end: String) {
        // Given many that begin before any ends, the first ones too far from the end, or exactly far enough
        for count in [1, 2, 2040, 2046, 2047, 2048, 2049, 2050, 5000] {
            let raw = String(repeating: "\u{9D}", count: count) + "0;x" + end
            // When it is sanitized / Then all are gone with what the last of them say
            expect(SafeText(sanitizing: raw + "text").string, is: "text", "\(count)")
            expect(SafeText(sanitizing: raw + "\u{9D}1;y" + end + "text").string, is: "text", "\(count)")
            // and one that a line ends is not followed further.
            expect(SafeText(sanitizing: raw.dropLast() + "\n" + raw + "text").string.suffix(4), is: "text", "\(count)")
        }
    }

    /// As many as a document holds. Each was followed for 4096 bytes.
    @Test func controlStringsWithoutAnEndAreFollowedOnce() {
        expect(SafeText(sanitizing: String(repeating: "\u{9D}", count: 4_000_000) + "text").string, is: "text")
    }

    @Test(
        "a line has no line breaks and no white space at its ends",
        arguments: [
            ("a\nb", "a b"), ("a \r\n\r\n  b", "a b"), ("a\u{2028}b\u{85}c\u{B}d", "a b c d"),
            ("  a  b  ", "a  b"), ("\u{A0}a\u{A0}", "a"), ("\u{3000}\u{2003}", ""), ("\n", ""), ("", ""),
        ])
    func lineBreaks(raw: String, safe: String) {
        expect(SafeText(sanitizing: raw).string, is: safe)
        expect(SafeText(sanitizing: raw, as: .name).string, is: safe)
    }

    @Test(
        "a body keeps its lines, two empty ones in a row at most",
        arguments: [
            ("a\nb", "a\nb"), ("a\r\nb\rc\u{2029}d", "a\nb\nc\nd"), ("\n\na\n\n\n\n\n\nb\n", "a\n\n\nb"),
            ("a \n \n\t\n \n \nb", "a\n\n\nb"), ("a\n  indented", "a\n  indented"), ("a\n\u{301}b", "a\nb"),
        ])
    func body(raw: String, safe: String) {
        expect(SafeText(sanitizing: raw, as: .body).string, is: safe)
    }

    @Test func lengthIsCappedByFormInClusters() {
        let long = String(repeating: "é\u{323}", count: 120_000)
        expect(SafeText(sanitizing: long, as: .name).string.count, is: 100)
        expect(SafeText(sanitizing: long, as: .line).string.count, is: 500)
        expect(SafeText(sanitizing: long, as: .body).string.count, is: 100_000)
        expect(SafeText(sanitizing: String(repeating: "a ", count: 300)).string.count, is: 499)
    }

    @Test func aClusterNeverHasMoreThanThirtyTwoScalars() {
        let conjunct = String(repeating: "क्", count: 100) + "ष end"
        let family = Array(repeating: "👩", count: 100).joined(separator: "\u{200D}")
        let jamo = String(repeating: "\u{1100}", count: 1000)
        for text in [conjunct, family, jamo].map({ SafeText(sanitizing: $0, as: .body) }) {
            #expect(text.string.allSatisfy { $0.unicodeScalars.count <= 32 })
            #expect(text.string.contains("\u{FFFD}"))
        }
    }

    @Test("Given random scalars, what comes out has nothing forbidden and passes unchanged")
    func soup() {
        var random = SeededRandom(seed: 1)
        for round in 0..<4000 {
            let raw = RandomText.scalars(round % 60, using: &random)
            for form in [SafeText.Form.line, .name, .body] {
                let once = SafeText(sanitizing: raw, as: form).string
                expect(forbidden(in: once, as: form), is: nil, "\(raw.debugDescription)")
                let twice = SafeText(sanitizing: once, as: form).string
                expect(Array(twice.utf8), is: Array(once.utf8), "\(raw.debugDescription)")
                expect(Array(SafeText(storedSafe: once, as: form).string.utf8), is: Array(once.utf8))
            }
        }
    }

    @Test func noncharactersGo() throws {
        for value: UInt32 in [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF] {
            let scalar = try #require(Unicode.Scalar(value))
            expect(SafeText(sanitizing: "a\(scalar)b").string, is: "ab")
        }
    }

    @Test func textFromTheStoreIsSanitizedAgainWhenSomethingIsWrong() {
        expect(SafeText(storedSafe: "a\u{1B}[31mb", as: .body).string, is: "ab")
        expect(SafeText(storedSafe: "a\u{9B}31mb\u{202E}", as: .body).string, is: "ab")
        expect(SafeText(storedSafe: "a\nb", as: .line).string, is: "a b")
        expect(SafeText(storedSafe: "a\nb", as: .body).string, is: "a\nb")
        expect(SafeText(storedSafe: " kept as it was ", as: .line).string, is: " kept as it was ")
    }
}

/// What a sanitized text must not have: the first such scalar, said independently of the sanitizer's table.
func forbidden(in text: String, as form: SafeText.Form) -> String? {
    for scalar in text.unicodeScalars {
        let properties = scalar.properties
        let isBad =
            switch properties.generalCategory {
            case .control: scalar != "\n" || form != .body
            case .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: true
            case .format:
                scalar.value != 0x200C && scalar.value != 0x200D && !(0xE0020...0xE007F).contains(scalar.value)
                    && !(0x600...0x8E2).contains(scalar.value) && scalar.value != 0x110BD && scalar.value != 0x110CD
            default: properties.isNoncharacterCodePoint
            }
        if isBad || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            || [0x200E, 0x200F, 0x61C].contains(scalar.value)
        {
            return "U+" + String(scalar.value, radix: 16)
        }
    }
    if text.contains(where: { $0.unicodeScalars.count > 32 }) { return "a cluster that is too long" }
    return nil
}
