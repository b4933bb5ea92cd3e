import Text
import TimelineModel

/// One walk over the nodes of a fragment. Unknown elements are passed through: their text is never lost.
struct HTMLWalk {
    var builder = RichTextBuilder()
    private(set) var references: References
    private let handles: [String: Mention]
    private let tags: [String: SafeText]
    private let dropsQuoteInline: Bool
    /// Titles and names are too short for pictures to be opened from them.
    var linksPictures = true
    /// Only XML has `xml:base`.
    var followsXMLBase = false
    private var isPreformatted = false
    /// Inside of a `math` that is read element by element.
    var isInFormula = false
    /// A formula was read.
    var hasFormula = false
    var isInScript = false
    private(set) var isInLink = false
    /// The link leads somewhere.
    private(set) var isInLinkToAddress = false
    private var listDepth = 0

    init(_ references: References, mentions: [Mention], tags: [SafeText], dropsQuoteInline: Bool) {
        self.references = references
        self.dropsQuoteInline = dropsQuoteInline
        var handles: [String: Mention] = [:]
        for mention in mentions {
            if let address = mention.address { handles[address.text] = mention }
        }
        self.handles = handles
        self.tags = Dictionary(tags.map { ($0.string.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func visitChildren(of node: MarkupNode, depth: Int) {
        guard depth < DecodingLimits.depth else { return }
        for child in node.children { visit(child, depth: depth + 1) }
    }

    mutating func visit(_ node: MarkupNode, depth: Int) {
        if let text = node.text {
            // White space between the elements of a formula says nothing.
            if isInFormula, text.trimmingASCIIWhitespace.isEmpty { return }
            return append(HTMLWalk.withoutC1(text))
        }
        guard node.isElement, depth < DecodingLimits.depth else { return }
        if dropsQuoteInline, node.attribute("class")?.holds("quote-inline") == true { return }
        let outer = references
        if followsXMLBase { references = references.inside(node) }
        visitElement(node, node.name.lowercased(), depth)
        references = outer
    }

    mutating func append(_ text: String) {
        if isPreformatted { builder.appendVerbatim(text) } else { builder.append(text) }
    }

    /// HTML 5 reads references to 0x80...0x9F as windows-1252, which is what their writers meant.
    private static func withoutC1(_ text: String) -> String {
        guard text.utf8.contains(0xc2), text.unicodeScalars.contains(where: { (0x80...0x9f).contains($0.value) }) else {
            return text
        }
        var mapped = ""
        for scalar in text.unicodeScalars {
            mapped.unicodeScalars.append(
                (0x80...0x9f).contains(scalar.value) ? CharacterSet.windows1252Scalar(UInt8(scalar.value)) : scalar)
        }
        return mapped
    }

    private mutating func visitElement(_ node: MarkupNode, _ name: String, _ depth: Int) {
        switch name {
        case "script", "style", "template", "head", "title", "rp", "select",
            "datalist", "canvas", "map", "meta", "link":
            return
        case "br": builder.breakLine()
        case "hr":
            builder.separateBlocks()
            builder.append("* * *")
            builder.separateBlocks()
        case "p", "div", "section", "article", "main", "header", "footer", "aside", "figure", "figcaption", "details",
            "summary", "address", "fieldset", "form", "center", "dl", "nav":
            block(node, name, depth)
        case "h1", "h2", "h3", "h4", "h5", "h6":
            builder.separateBlocks()
            spanned(.strong, node, depth)
            builder.separateBlocks()
        case "blockquote":
            builder.separateBlocks()
            builder.enterQuote()
            visitChildren(of: node, depth: depth)
            builder.leave()
            builder.separateBlocks()
        case "pre": preformatted(node, depth)
        case "ul", "ol", "menu", "dir": list(node, isOrdered: name == "ol", depth)
        case "li":
            // Outside of a list.
            item(node, marker: "• ", depth)
        case "dt": line(node, depth)
        case "dd":
            builder.separateLines()
            builder.enterIndent()
            visitChildren(of: node, depth: depth)
            builder.leave()
            builder.separateLines()
        case "table": table(node, depth)
        case "a": link(node, depth)
        case "img": image(node)
        case "iframe": frame(node)
        case "embed":
            frame(node)
            // libxml2 does not know that the element is always empty, and puts what follows inside of it.
            visitChildren(of: node, depth: depth)
        case "object": object(node, depth)
        case "audio", "video": recording(node, name, depth)
        case "strong", "b": spanned(.strong, node, depth)
        case "em", "i", "cite", "dfn", "var": spanned(.emphasis, node, depth)
        case "s", "strike", "del": spanned(.strikethrough, node, depth)
        case "code", "kbd", "samp", "tt": spanned(.code, node, depth)
        case "q":
            builder.append("“")
            visitChildren(of: node, depth: depth)
            builder.append("”")
        case "rt":
            builder.append("(")
            visitChildren(of: node, depth: depth)
            builder.append(")")
        case "svg":
            // A drawing says its alternative text in an element of its own.
            let title = node.elements.first { $0.name.lowercased() == "title" }
            if let alt = title?.textContent.trimmingASCIIWhitespace, !alt.isEmpty { builder.append("[image: \(alt)]") }
        case "sup": script(node, .raised, depth)
        case "sub": script(node, .lowered, depth)
        case "input": checkbox(node)
        case "math": formula(node, depth)
        case "mfrac", "msqrt", "msup", "msub", "msubsup": formulaPart(node, name, depth)
        case "annotation", "annotation-xml": return
        case "span": span(node, depth)
        default: visitChildren(of: node, depth: depth)
        }
    }

    private mutating func spanned(_ kind: RichText.Kind, _ node: MarkupNode, _ depth: Int) {
        builder.openSpan(kind)
        visitChildren(of: node, depth: depth)
        builder.closeSpan()
    }

    private mutating func block(_ node: MarkupNode, _ name: String, _ depth: Int) {
        // A paragraph stands apart; a `div` only begins a line.
        let isParagraph = name == "p" || name == "figure"
        if isParagraph { builder.separateBlocks() } else { builder.separateLines() }
        visitChildren(of: node, depth: depth)
        if isParagraph { builder.separateBlocks() } else { builder.separateLines() }
    }

    private mutating func preformatted(_ node: MarkupNode, _ depth: Int) {
        builder.separateBlocks()
        let outer = isPreformatted
        isPreformatted = true
        builder.openSpan(.preformatted)
        visitChildren(of: node, depth: depth)
        builder.closeSpan()
        isPreformatted = outer
        builder.separateBlocks()
    }

    private mutating func list(_ node: MarkupNode, isOrdered: Bool, _ depth: Int) {
        let isNested = listDepth > 0
        if isNested { builder.separateLines() } else { builder.separateBlocks() }
        listDepth += 1
        let items = node.elements.count { $0.name.lowercased() == "li" }
        let step = node.attribute("reversed") == nil ? 1 : -1
        var number = node.attribute("start").flatMap { Int($0) } ?? (step == 1 ? 1 : items)
        for child in node.children {
            guard child.isElement, child.name.lowercased() == "li" else {
                if depth < DecodingLimits.depth { visit(child, depth: depth + 1) }
                continue
            }
            if let value = child.attribute("value").flatMap({ Int($0) }) { number = value }
            item(child, marker: isOrdered ? "\(number). " : "• ", depth + 1)
            number = number &+ step
        }
        listDepth -= 1
        if isNested { builder.separateLines() } else { builder.separateBlocks() }
    }

    private mutating func item(_ node: MarkupNode, marker: String, _ depth: Int) {
        builder.separateLines()
        builder.enterItem(marker: marker)
        visitChildren(of: node, depth: depth)
        builder.leave()
        builder.separateLines()
    }

    mutating func line(_ node: MarkupNode, _ depth: Int) {
        builder.separateLines()
        visitChildren(of: node, depth: depth)
        builder.separateLines()
    }

    /// Of a list of tasks.
    private mutating func checkbox(_ node: MarkupNode) {
        guard node.attribute("type")?.lowercased() == "checkbox" else { return }
        builder.append(node.attribute("checked") == nil ? "[ ] " : "[x] ")
    }

    private mutating func span(_ node: MarkupNode, _ depth: Int) {
        let classes = node.attribute("class")?.split(separator: " ") ?? []
        // Mastodon's way to shorten the text of a link; elsewhere the class would only hide text.
        if isInLink, classes.contains("invisible") { return }
        // The picture of the formula before it, drawn with letters.
        if hasFormula, classes.contains("katex-html") { return }
        visitChildren(of: node, depth: depth)
        if isInLink, classes.contains("ellipsis") { builder.append("…") }
    }

    /// Where a link leads; nil for another place of the same text, which is before the reader's eyes.
    func target(of node: MarkupNode) -> WebAddress? {
        guard let reference = node.attribute("href")?.trimmingASCIIWhitespace, reference.utf8.first != UInt8(ascii: "#")
        else { return nil }
        return references.resolve(reference)
    }

    private mutating func link(_ node: MarkupNode, _ depth: Int) {
        let address = target(of: node)
        let classes = node.attribute("class")?.lowercased().split(separator: " ") ?? []
        let isTag = node.attribute("rel")?.lowercased().split(separator: " ").contains("tag") == true
        if let address, let mention = handles[address.text], classes.contains("mention") || classes.isEmpty,
            !classes.contains("hashtag")
        {
            builder.openSpan(.mention(handle: mention.handle, mention.address))
            builder.append("@" + mention.handle.string)
            builder.closeSpan()
            return
        }
        let outer = isInLink
        let leadsOuter = isInLinkToAddress
        isInLink = true
        isInLinkToAddress = leadsOuter || address != nil
        defer {
            isInLink = outer
            isInLinkToAddress = leadsOuter
        }
        // A tag inside of another would be read again at every level.
        if !outer, classes.contains("hashtag") || isTag {
            let text = node.textContent.trimmingASCIIWhitespace
            if text.utf8.first == UInt8(ascii: "#"), text.utf8.count > 1 {
                let name = SafeText(sanitizing: String(text.dropFirst()), as: .name)
                spanned(.hashtag(tags[name.string.lowercased()] ?? name, address), node, depth)
                return
            }
        }
        if let address { spanned(.link(address), node, depth) } else { visitChildren(of: node, depth: depth) }
    }
}
