extension SafeText {
    /// Text that passed the sanitizer before it was written to our own store. Sanitizing the hundreds of texts of
    /// every window again would be most of the work of reading it, so one pass over the bytes looks whether
    /// something stands there that no sanitizer lets through; only then (a damaged or foreign file) it is
    /// sanitized again.
    package init(stored string: String, as form: Form = .line) {
        if SafeText.looksSanitized(string, allowsLineFeed: form == .body) {
            self.init(trusted: string)
        } else {
            self.init(sanitizing: string, as: form)
        }
    }

    /// No C0 (LF apart), DEL, C1, directional control or U+FEFF: the scalars that move a cursor or reorder a line.
    private static func looksSanitized(_ string: String, allowsLineFeed: Bool) -> Bool {
        var before: UInt8 = 0
        var beforeThat: UInt8 = 0
        for byte in string.utf8 {
            if byte < 0x20 {
                guard byte == 0x0a, allowsLineFeed else { return false }
            } else if byte == 0x7f || (before == 0xc2 && byte < 0xa0) {
                return false
            } else if beforeThat == 0xe2, before == 0x80, byte == 0x8e || byte == 0x8f || (0xaa...0xae).contains(byte) {
                return false
            } else if beforeThat == 0xe2, before == 0x81, (0xa0...0xaf).contains(byte) {
                return false
            } else if beforeThat == 0xef, before == 0xbb, byte == 0xbf {
                return false
            }
            beforeThat = before
            before = byte
        }
        return true
    }
}
