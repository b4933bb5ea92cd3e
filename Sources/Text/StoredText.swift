/// The quick look at text that comes back from the store.
enum StoredText {
    /// False when there may be something that must not be shown: controls, bidi controls, invisible scalars,
    /// tags, private use. Joiners and other rare scalars that are allowed in places answer false as well.
    static func isSound(_ bytes: UnsafeBufferPointer<UInt8>, keepingLines: Bool) -> Bool {
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte < 0x80 {
                guard byte >= 0x20 && byte != 0x7F || byte == 0x0A && keepingLines else { return false }
                index += 1
                continue
            }
            if byte < 0xE0 {
                // C1, soft hyphen, U+034F, U+061C.
                if byte == 0xC2, index + 1 < count, bytes[index + 1] < 0xA0 || bytes[index + 1] == 0xAD { return false }
                if byte == 0xCD, index + 1 < count, bytes[index + 1] == 0x8F { return false }
                if byte == 0xD8, index + 1 < count, bytes[index + 1] == 0x9C { return false }
                index += 2
                continue
            }
            let (value, length) = bytes.scalar(at: index)
            let kind = ScalarFacts.of(value).kind
            guard kind == .keep || kind == .mark || kind == .variation else { return false }
            index += length
        }
        return true
    }
}
