import Decoding
import Expectations
import Testing
import Text

@Suite struct JSONValueTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
        ("-0", .number("-0")), ("-12.50e+3", .number("-12.50e+3")), ("1E400", .number("1E400")),
        ("18446744073709551615", .number("18446744073709551615")), ("\"\"", .string("")),
        ("\"\\u00e9\\n\\/\\\"\"", .string("é\n/\"")), ("\"\\ud83d\\ude00\"", .string("😀")),
        ("\"\\ud83d\"", .string("\u{fffd}")), ("\"\\ude00x\"", .string("\u{fffd}x")),
        ("\"\\ud83d\\u0041\"", .string("\u{fffd}A")), ("\"\\u001b\"", .string("\u{1b}")), ("[]", .array([])),
        ("[1 , [ ] ]", .array([.number("1"), .array([])])), ("{}", .object([])), ("\u{feff}[]", .array([])),
        ("\"\u{7f}\u{2028}\"", .string("\u{7f}\u{2028}")),
    ])
    func readsWhatTheGrammarAllows(text: String, value: JSONValue) throws {
        try expect(JSONValue(parsing: Array(text.utf8)), is: value)
    }

    @Test(arguments: [
        "", "  ", "[", "]", "{", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "01",
        "-",
        "-01", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "True", "nul", "'a'", "\"a", "\"\\x\"",
        "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\t\"", "\"\u{0}\"", "[1]x", "[1][2]", "\"\\", "[\"a\"", "{\"a\":1",
        "--1",
        "1 1", "[1}", "\u{c}1", "/**/1",
    ])
    func refusesEverythingElse(text: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func aTextOfTooManyValuesIsRefused() {
        let text = "[" + String(repeating: "1,", count: DecodingLimits.values) + "1]"
        #expect(
            throws: DecodingError.malformed(
                line: 1, column: 2 * DecodingLimits.values, message: "more than 500000 values")
        ) {
            try JSONValue(parsing: Array(text.utf8))
        }
    }

    @Test func saysWhereTheFaultIs() {
        // Given a fault in the second line, behind letters of several bytes
        let bytes = Array("{\"a\": 1,\n\"éé\": x}".utf8)
        // When it is read / Then line and column count characters from 1
        #expect(throws: DecodingError.malformed(line: 2, column: 7, message: "expected a value")) {
            try JSONValue(parsing: bytes)
        }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(DecodingLimits.depth)) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: nested(DecodingLimits.depth + 1)) }
        #expect(throws: DecodingError.self) {
            try JSONValue(parsing: Array(repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test func bytesThatAreNoTextBecomeReplacementCharacters() throws {
        try expect(JSONValue(parsing: [0x22, 0x61, 0xff, 0x22]), is: .string("a\u{fffd}"))
    }

    @Test func looseTypesAreAsked() throws {
        let json = try JSONValue(
            parsing: Array(#"{"a":"7","b":7,"c":7.0,"d":1e99,"e":null,"f":"","a":"8"}"#.utf8))
        expect(json["a"]?.text, is: "8")
        expect(json["b"]?.text, is: "7")
        expect(json["c"]?.int, is: 7)
        expect(json["d"]?.int, is: nil)
        expect(json["e"]?.filled, is: nil)
        expect(json["f"]?.filled, is: nil)
        expect(json["g"], is: nil)
        #expect(json["a"]?["x"] == nil)
    }
}
