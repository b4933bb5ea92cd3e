import CLibXML2
import Glibc

/// UTF-8 XML as it is found, made into XML that libxml2 reads without losing text.
///
/// Measured: in recover mode libxml2 drops undeclared entities (`&nbsp;`) and bare ampersands, and stops at control
/// characters and at blanks before the declaration. Declarations and document types are left out altogether: the
/// text is UTF-8 by now, and without a document type there is no entity to expand, no file to include and nothing
/// of what crashes parsers. End tags are balanced here: libxml2 takes any end tag for the end of the innermost element,
/// so one forgotten `</b>` would put all later items inside the first.
///
/// Each element, attribute and run of text takes libxml2 more than a hundred bytes, so a document of nothing but
/// `<p/>x` would take fifty times its size. What stands behind `DecodingLimits.markup` is left out.
struct XMLPreparation {
    struct Prepared {
        var xml: [UInt8]
        /// Its end was left out, because it had more than `DecodingLimits.markup`.
        var isCut: Bool
        /// Its root was not closed: its transfer broke off, or it was cut here.
        var isBrokenOff: Bool
        /// It broke off in the middle of an entry.
        var endsInEntry: Bool
    }

    private let bytes: [UInt8]
    /// Names of the elements that are open, as ranges of `bytes`.
    private var open: [Range<Int>] = []
    /// What stands behind the root's end is no part of the document.
    private var isRootClosed = false
    private var hasDocumentType = false
    private var markupLeft: Int
    /// libxml2 compares each attribute of an element with all others.
    private static let mostAttributes = 256
    private var output: [UInt8] = []
    private var place = 0

    /// - Parameter limit: tags, attributes and sections.
    static func prepared(_ bytes: [UInt8], limit: Int = DecodingLimits.markup) -> Prepared {
        var preparation = XMLPreparation(bytes: bytes, limit: limit)
        preparation.output.reserveCapacity(bytes.count + bytes.count / 32)
        preparation.run()
        let isCut = preparation.markupLeft < 0
        let isBrokenOff = !preparation.isRootClosed
        let endsInEntry = isBrokenOff && preparation.open.contains { preparation.isEntry($0) }
        return Prepared(
            xml: preparation.output, isCut: isCut, isBrokenOff: isBrokenOff, endsInEntry: endsInEntry)
    }

    private init(bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        markupLeft = limit
    }

    private mutating func run() {
        while place < bytes.count, bytes[place] <= 32 || bytes[place...].starts(with: [0xef, 0xbb, 0xbf]) {
            place += bytes[place] <= 32 ? 1 : 3
        }
        while place < bytes.count, markupLeft >= 0 {
            switch bytes[place] {
            case UInt8(ascii: "<"): markup()
            case UInt8(ascii: "&"): reference()
            case 0..<9, 11, 12, 14..<32: place += 1
            case 0xef where isNoncharacter: place += 3
            default: copyPlain(to: bytes.count)
            }
        }
    }

    /// Copies one byte and those behind it that say nothing special: most of a document, so a run at a time.
    private mutating func copyPlain(to limit: Int) {
        let start = place
        let end = bytes.withUnsafeBufferPointer { bytes in
            var end = start + 1
            while end < limit, !XMLPreparation.isSpecial(bytes[end]) { end += 1 }
            return end
        }
        output += bytes[start..<end]
        place = end
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: "&"), 0xef, 0..<9, 11, 12, 14..<32: true
        default: false
        }
    }

    /// U+FFFE and U+FFFF are no XML characters.
    private var isNoncharacter: Bool {
        place + 2 < bytes.count && bytes[place + 1] == 0xbf && bytes[place + 2] >= 0xbe
    }

    private func stands(_ text: StaticString) -> Bool {
        guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<wanted.count where bytes[place + index] != wanted[index] { return false }
            return true
        }
    }

    private mutating func markup() {
        // `&` says nothing special inside of these, so they are copied whole.
        if stands("<![CDATA[") {
            markupLeft -= 1
            return copy(through: "]]>")
        }
        if stands("<!--") { return skip(through: "-->") }
        if stands("<?") { return skip(through: "?>") }
        if stands("<!DOCTYPE") || stands("<!doctype") { return skipDocumentType() }
        if stands("</") { return endTag() }
        if place + 1 < bytes.count, isNameStart(bytes[place + 1]) { return startTag() }
        // `a < b`
        output += Array("&lt;".utf8)
        place += 1
    }

    private func isNameStart(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 32) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") || byte >= 0x80
    }

    private func name(at start: Int) -> Range<Int> {
        var end = start
        while end < bytes.count, bytes[end] > 32, bytes[end] != UInt8(ascii: ">"), bytes[end] != UInt8(ascii: "/"),
            bytes[end] != UInt8(ascii: "<")
        {
            end += 1
        }
        return start..<end
    }

    /// The tag's text passes on to `run`, which looks after the references in it; only its name is noted.
    private mutating func startTag() {
        let name = name(at: place + 1)
        if bytes[name].elementsEqual("item".utf8) || bytes[name].elementsEqual("entry".utf8) {
            // Entries never hold one another: the one before was not closed.
            close(name)
        }
        var end = name.upperBound
        var quote: UInt8?
        var attributes = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: "<") {
            if let open = quote {
                if bytes[end] == open { quote = nil }
            } else if bytes[end] == UInt8(ascii: "\"") || bytes[end] == UInt8(ascii: "'") {
                quote = bytes[end]
            } else if bytes[end] == UInt8(ascii: "=") {
                attributes += 1
            } else if bytes[end] == UInt8(ascii: ">") {
                break
            }
            end += 1
        }
        if end == bytes.count {
            // Whether libxml2 keeps what a half tag says depends on where it ends.
            open.append(name)
            output += bytes[place..<name.upperBound] + [UInt8(ascii: ">")]
            place = end
            return
        }
        markupLeft -= 1 + (attributes <= XMLPreparation.mostAttributes ? attributes : 0)
        guard markupLeft >= 0 else { return }
        let isClosed = end < bytes.count && bytes[end] == UInt8(ascii: ">")
        if isClosed {
            if bytes[end - 1] != UInt8(ascii: "/") { open.append(name) } else if open.isEmpty { isRootClosed = true }
        }
        output += bytes[place..<name.upperBound]
        place = attributes <= XMLPreparation.mostAttributes ? name.upperBound : end
        if place == end, isClosed, bytes[end - 1] == UInt8(ascii: "/") { output.append(UInt8(ascii: "/")) }
    }

    private func isEntry(_ name: Range<Int>) -> Bool {
        let local = bytes[name].lastIndex(of: UInt8(ascii: ":")).map { $0 + 1..<name.upperBound } ?? name
        let lowercased = bytes[local].lazy.map { $0 | 32 }
        return lowercased.elementsEqual("item".utf8) || lowercased.elementsEqual("entry".utf8)
    }

    /// An end tag closes what stands open inside its element; one that no element is open for is left out.
    private mutating func endTag() {
        let name = name(at: place + 2)
        var end = name.upperBound
        while end < bytes.count, bytes[end] != UInt8(ascii: ">"), bytes[end] != UInt8(ascii: "<") { end += 1 }
        place = end < bytes.count && bytes[end] == UInt8(ascii: ">") ? end + 1 : end
        close(name)
    }

    private mutating func close(_ name: Range<Int>) {
        // The bound keeps a document of nothing but wrong end tags linear.
        let match = open.suffix(512).lastIndex { isSame($0, name) } ?? (isRootMeant(by: name) ? open.startIndex : nil)
        guard let match else { return }
        for element in open[match...].reversed() {
            output += Array("</".utf8)
            output += bytes[element]
            output.append(UInt8(ascii: ">"))
        }
        open.removeLast(open.count - match)
        isRootClosed = isRootClosed || open.isEmpty
    }

    private func isSame(_ name: Range<Int>, _ other: Range<Int>) -> Bool {
        guard name.count == other.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return true }
            return memcmp(start + name.lowerBound, start + other.lowerBound, name.count) == 0
        }
    }

    /// Whether the root was begun in other letters, upper or lower case, than it is ended.
    private func isRootMeant(by name: Range<Int>) -> Bool {
        guard let root = open.first, root.count == name.count else { return false }
        return bytes[root].lazy.map { $0 | 32 }.elementsEqual(bytes[name].lazy.map { $0 | 32 })
    }

    private func end(of closing: StaticString) -> Int {
        bytes.withUnsafeBufferPointer { $0.firstIndex(of: closing, from: place) }
            .map { $0 + closing.utf8CodeUnitCount } ?? bytes.count
    }

    private mutating func copy(through closing: StaticString) {
        let end = end(of: closing)
        while place < end {
            switch bytes[place] {
            case 0xef where isNoncharacter: place += 3
            case 0..<9, 11, 12, 14..<32: place += 1
            default: copyPlain(to: end)
            }
        }
        // libxml2 throws away a section that the end of the document cuts.
        if !output.suffix(3).elementsEqual("]]>".utf8) { output += Array("]]>".utf8) }
    }

    /// What is left out keeps its line breaks, so that a place in a message is the place in the document.
    private mutating func skip(to end: Int) {
        while place < end {
            if bytes[place] == 10 { output.append(10) }
            place += 1
        }
    }

    private mutating func skip(through closing: StaticString) { skip(to: end(of: closing)) }

    private mutating func skipDocumentType() {
        // A document has one; looking for the end of many would take its time.
        guard !hasDocumentType else { return skip(through: ">") }
        hasDocumentType = true
        var end = place
        var quote: UInt8?
        var brackets = 0
        while end < bytes.count {
            let byte = bytes[end]
            end += 1
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: ">") where brackets <= 0: return skip(to: end)
            default: break
            }
        }
        // Never closed: only its own line is given up.
        skip(through: ">")
    }

    private mutating func reference() {
        let limit = min(bytes.count, place + 34)
        var end = place + 1
        while end < limit, isNameByte(bytes[end]) { end += 1 }
        guard end < limit, bytes[end] == UInt8(ascii: ";"), end > place + 1 else { return bareAmpersand() }
        if isPredefined(end - place - 1) {
            output += bytes[place...end]
            place = end + 1
            return
        }
        let name = bytes[(place + 1)..<end]
        if name.first == UInt8(ascii: "#") {
            guard let scalar = numeric(name.dropFirst()) else { return bareAmpersand() }
            if let scalar { append(scalar) }
        } else {
            let spelled = String(decoding: name, as: UTF8.self)
            if let scalar = Unicode.Scalar(perchoir_html_entity(spelled)), scalar.value != 0 {
                append(scalar)
            } else {
                return bareAmpersand()
            }
        }
        place = end + 1
    }

    /// The five entities of XML itself: every tag of an escaped text has two.
    private func isPredefined(_ length: Int) -> Bool {
        switch length {
        case 2: stands("&lt;") || stands("&gt;")
        case 3: stands("&amp;")
        case 4: stands("&quot;") || stands("&apos;")
        default: false
        }
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "#"):
            return true
        default: return false
        }
    }

    private mutating func bareAmpersand() {
        output += Array("&amp;".utf8)
        place += 1
    }

    /// Nil when these are no digits; `.some(nil)` for a reference to what must not stand in XML, which is dropped.
    private func numeric(_ digits: ArraySlice<UInt8>) -> Unicode.Scalar?? {
        let isHexadecimal = digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X")
        let spelled = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
        guard let value = UInt32(spelled, radix: isHexadecimal ? 16 : 10) else { return nil }
        // HTML 5 reads these as windows-1252, and that is what their writers meant.
        if (0x80...0x9f).contains(value) { return CharacterSet.windows1252Scalar(UInt8(value)) }
        guard let scalar = Unicode.Scalar(value), value >= 32 || value == 9 || value == 10 || value == 13,
            value != 0xfffe, value != 0xffff
        else { return .some(nil) }
        return scalar
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": output += Array("&amp;".utf8)
        case "<": output += Array("&lt;".utf8)
        case ">": output += Array("&gt;".utf8)
        // Inside an attribute value a quotation mark would end it, and a line break would become a space.
        case "\"", "'", "\t", "\n", "\r": output += Array("&#\(scalar.value);".utf8)
        default: output += Array(String(Character(scalar)).utf8)
        }
    }
}
