import Expectations
import Testing
import Text

@Suite struct OnOneLineTests {
    @Test(arguments: [
        ("", ""), ("one", "one"), ("one\ntwo", "one two"), ("\n\none\n\n\ntwo\n", "one two"), ("\n", ""),
        ("é\n日本", "é 日本"), ("👩‍💻\n🇫🇷\nfin", "👩‍💻 🇫🇷 fin"), (" one \n two ", " one   two "),
    ])
    func breaksBecomeSpacesAndEndsNothing(_ text: SafeText, _ line: SafeText) {
        expect(text.onOneLine, is: line)
    }
}
