import CLibXML2
import Text
import TimelineModel

/// A parsed XML or HTML text. Its nodes are cursors into it and must not outlive it.
final class MarkupTree {
    private let document: OpaquePointer
    /// Its end was left out, because it had more than `DecodingLimits.markup`.
    let isCut: Bool
    /// Its text stops before the end of its root, cut here or not.
    let isBrokenOff: Bool
    /// It stops in the middle of an entry of a feed.
    let endsInEntry: Bool
    private var spaces: [UnsafePointer<CChar>: XMLSpace] = [:]

    private init(
        _ document: OpaquePointer, isCut: Bool = false, isBrokenOff: Bool = false, endsInEntry: Bool = false
    ) {
        self.document = document
        self.isCut = isCut
        self.isBrokenOff = isBrokenOff
        self.endsInEntry = endsInEntry
    }

    deinit { perchoir_document_free(document) }

    /// Parses UTF-8 XML tolerantly.
    /// - Throws: `.empty`, or `.malformed` when there is no element to be found.
    static func xml(_ bytes: [UInt8]) throws(DecodingError) -> MarkupTree {
        let prepared = XMLPreparation.prepared(bytes)
        guard !prepared.xml.isEmpty else { throw .empty }
        var complaint = perchoir_complaint()
        let document = prepared.xml.withUnsafeBytes { raw in
            perchoir_parse_xml(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, &complaint)
        }
        guard let document else {
            let message = withUnsafeBytes(of: &complaint.message) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw .malformed(
                line: max(1, Int(complaint.line)), column: max(1, Int(complaint.column)),
                message: SafeText(sanitizing: message.isEmpty ? "this is no XML" : message))
        }
        return MarkupTree(
            document, isCut: prepared.isCut, isBrokenOff: prepared.isBrokenOff, endsInEntry: prepared.endsInEntry)
    }

    /// Parses HTML, whole page or fragment, of a very long one the beginning; nil when nothing is in it.
    static func html(_ text: [UInt8]) -> MarkupTree? {
        let document = HTMLPreparation.prepared(text).withUnsafeBytes { raw in
            perchoir_parse_html(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
        }
        return document.map { MarkupTree($0) }
    }

    var root: MarkupNode? { perchoir_root(document).map { MarkupNode(tree: self, pointer: $0) } }

    fileprivate func space(at pointer: UnsafePointer<CChar>?) -> XMLSpace {
        guard let pointer else { return .none }
        if let known = spaces[pointer] { return known }
        let space = XMLSpace(address: String(cString: pointer))
        spaces[pointer] = space
        return space
    }
}

/// A place in a `MarkupTree`.
struct MarkupNode {
    let tree: MarkupTree
    fileprivate let pointer: OpaquePointer

    var isElement: Bool { perchoir_kind(pointer) == PERCHOIR_NODE_ELEMENT }

    /// The text of a text node; nil for elements and the rest.
    var text: String? { perchoir_text(pointer).map { String(cString: $0) } }

    /// Local name, as written.
    var name: String { qualified.name }
    var space: XMLSpace { qualified.space }

    /// Name and name space. A prefix that the document never declared counts as what everybody means by it.
    var qualified: (space: XMLSpace, name: String) {
        let name = String(cString: perchoir_name(pointer))
        let space = tree.space(at: perchoir_namespace(pointer))
        if space == .none, let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) {
            return (
                XMLSpace(customaryPrefix: name[..<colon].lowercased()), String(name[name.utf8.index(after: colon)...])
            )
        }
        return (space, name)
    }

    /// RSS 0.90 and RSS 1.0 differ in their URI alone.
    var spaceIsNetscape: Bool {
        perchoir_namespace(pointer).map { String(cString: $0).lowercased().holds("netscape") } ?? false
    }

    func isSame(as other: MarkupNode) -> Bool { pointer == other.pointer }

    var line: Int { Int(perchoir_line(pointer)) }

    /// The same for nodes that say the same, in every run of the program.
    var fingerprint: UInt64 { perchoir_fingerprint(pointer) }

    var children: Children { Children(place: perchoir_first_child(pointer), tree: tree) }

    /// The children that are elements.
    var elements: [MarkupNode] { children.filter(\.isElement) }

    /// The first element inside, in document order, that is as wanted.
    func descendant(where isWanted: (MarkupNode) -> Bool) -> MarkupNode? { descendant(depth: 0, where: isWanted) }

    private func descendant(depth: Int, where isWanted: (MarkupNode) -> Bool) -> MarkupNode? {
        guard depth < DecodingLimits.depth else { return nil }
        for child in children where child.isElement {
            if isWanted(child) { return child }
            if let found = child.descendant(depth: depth + 1, where: isWanted) { return found }
        }
        return nil
    }

    struct Children: Sequence, IteratorProtocol {
        fileprivate var place: OpaquePointer?
        fileprivate let tree: MarkupTree

        mutating func next() -> MarkupNode? {
            guard let pointer = place else { return nil }
            place = perchoir_next_sibling(pointer)
            return MarkupNode(tree: tree, pointer: pointer)
        }
    }

    /// The value of an attribute without a name space, whatever the case of its name.
    func attribute(_ name: String) -> String? {
        attributes.first { $0.space == .none && $0.name.lowercased() == name }?.value
    }

    /// The value of an attribute of any name space.
    func anyAttribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }

    /// `xml:base`, `xml:lang`, also where the parser (HTML) kept the prefix in the name.
    func xmlAttribute(_ name: String) -> String? {
        attributes.first {
            ($0.name == name && $0.space == .xml) || $0.name == "xml:" + name
        }?.value
    }

    var attributes: [(space: XMLSpace, name: String, value: String)] {
        var found: [(space: XMLSpace, name: String, value: String)] = []
        var name: UnsafePointer<CChar>?
        var space: UnsafePointer<CChar>?
        // The cap keeps a hostile element with a million attributes linear enough.
        while found.count < 256, let value = perchoir_attribute(pointer, Int32(found.count), &name, &space) {
            found.append((tree.space(at: space), name.map { String(cString: $0) } ?? "", String(cString: value)))
            perchoir_free(value)
        }
        return found
    }

    /// All text inside, in document order, without any markup.
    var textContent: String {
        var gathered = ""
        gather(into: &gathered, depth: 0)
        return gathered
    }

    private func gather(into text: inout String, depth: Int) {
        guard depth < DecodingLimits.depth else { return }
        if let own = self.text { text += own }
        for child in children { child.gather(into: &text, depth: depth + 1) }
    }
}

/// The name spaces that feeds use, whichever way their URI is spelled.
enum XMLSpace: Hashable {
    case none, xml, rss, atom, atom03, rdf, content, dublinCore, dublinCoreTerms, syndication, media, itunes, source
    case thread, feedburner, slash, xhtml, other

    init(address: String) {
        var spelled = address.trimmingASCIIWhitespace.lowercased()
        if spelled.hasPrefix("http://") { spelled.removeFirst(7) }
        if spelled.hasPrefix("https://") { spelled.removeFirst(8) }
        if spelled.hasPrefix("www.") { spelled.removeFirst(4) }
        while let last = spelled.last, last == "/" || last == "#" { spelled.removeLast() }
        self = XMLSpace.spellings[spelled] ?? .other
    }

    init(customaryPrefix prefix: String) {
        self = XMLSpace.prefixes[prefix] ?? .other
    }

    private static let prefixes: [String: XMLSpace] = [
        "atom": .atom, "rdf": .rdf, "content": .content, "dc": .dublinCore, "dcterms": .dublinCoreTerms,
        "sy": .syndication, "media": .media, "itunes": .itunes, "source": .source, "thr": .thread,
        "feedburner": .feedburner, "slash": .slash, "xhtml": .xhtml,
    ]

    private static let spellings: [String: XMLSpace] = [
        "my.netscape.com/rdf/simple/0.9": .rss, "channel.netscape.com/rdf/simple/0.9": .rss,
        "purl.org/rss/1.0": .rss, "backend.userland.com/rss": .rss, "backend.userland.com/rss2": .rss,
        "blogs.law.harvard.edu/tech/rss": .rss, "cyber.law.harvard.edu/rss": .rss, "backend.userland.com/rss091": .rss,
        "backend.userland.com/rss092": .rss, "purl.org/net/rss1.1": .rss,
        "my.netscape.com/publish/formats/rss-0.91": .rss,
        "w3.org/2005/atom": .atom, "purl.org/atom/ns": .atom03, "purl.org/pie": .atom03, "example.com/necho": .atom03,
        "w3.org/xml/1998/namespace": .xml, "w3.org/1999/02/22-rdf-syntax-ns": .rdf,
        "purl.org/rss/1.0/modules/content": .content,
        "purl.org/dc/elements/1.1": .dublinCore, "purl.org/dc/elements/1.0": .dublinCore,
        "purl.org/dc/terms": .dublinCoreTerms, "purl.org/rss/1.0/modules/syndication": .syndication,
        "search.yahoo.com/mrss": .media, "tools.search.yahoo.com/mrss": .media,
        "itunes.com/dtds/podcast-1.0.dtd": .itunes, "source.scripting.com": .source,
        "purl.org/syndication/thread/1.0": .thread, "rssnamespace.org/feedburner/ext/1.0": .feedburner,
        "purl.org/rss/1.0/modules/slash": .slash, "w3.org/1999/xhtml": .xhtml,
    ]
}
