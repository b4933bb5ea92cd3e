import Text
import TimelineModel

/// What a page shows or plays: here it leaves a link, which another program can open.
extension HTMLWalk {
    mutating func image(_ node: MarkupNode) {
        let alt = (node.attribute("alt") ?? node.attribute("title") ?? "").trimmingASCIIWhitespace
        let classes = node.attribute("class")?.lowercased() ?? ""
        if !alt.isEmpty, classes.holds("emoji") { return builder.append(alt) }
        let text = alt.isEmpty ? "[image]" : "[image: \(alt)]"
        let isLetter = classes.holds("emoji") || classes.holds("smiley") || (1...2).contains(alt.count)
        if linksPictures, !isInLinkToAddress, !isLetter, !HTMLWalk.isPixel(node), let address = source(of: node) {
            // Its number stands behind it.
            builder.append(" ")
            builder.openSpan(.link(address))
            builder.append(text)
            builder.closeSpan()
            builder.append(" ")
        } else if isInLink || !alt.isEmpty {
            // A link that is nothing but a picture would vanish with it.
            builder.append(text)
        }
    }

    /// Whether a picture is there to be asked for, which counts its readers, and not to be seen.
    private static func isPixel(_ node: MarkupNode) -> Bool {
        ["width", "height"].contains { name in
            guard var size = node.attribute(name)?.trimmingASCIIWhitespace.lowercased()[...] else { return false }
            if size.hasSuffix("px") { size = size.dropLast(2) }
            return Int(size).map { $0 <= 2 } ?? false
        }
    }

    mutating func frame(_ node: MarkupNode) {
        if let address = source(of: node) { embedded(address) }
    }

    /// What stands inside is for those who cannot open it.
    mutating func object(_ node: MarkupNode, _ depth: Int) {
        if let address = node.attribute("data").flatMap({ references.resolve($0) }) {
            embedded(address)
        } else {
            visitChildren(of: node, depth: depth)
        }
    }

    private mutating func embedded(_ address: WebAddress) { line("[embedded: \(address.host)]", address) }

    /// What a browser without sound and picture would show stands inside; it is worth reading only where there is
    /// nothing to open.
    mutating func recording(_ node: MarkupNode, _ name: String, _ depth: Int) {
        if let address = source(of: node) ?? firstSource(in: node) {
            line("[\(name)]", address)
        } else {
            visitChildren(of: node, depth: depth)
        }
    }

    private mutating func line(_ text: String, _ address: WebAddress) {
        builder.separateLines()
        builder.openSpan(.link(address))
        builder.append(text)
        builder.closeSpan()
        builder.separateLines()
    }

    private func source(of node: MarkupNode) -> WebAddress? {
        node.attribute("src").flatMap { references.resolve($0) }
    }

    private func firstSource(in node: MarkupNode) -> WebAddress? {
        var parent = node
        for _ in 0..<DecodingLimits.depth {
            let sources = parent.elements.filter { $0.name.lowercased() == "source" }
            if let address = sources.lazy.compactMap({ source(of: $0) }).first { return address }
            // libxml2 does not know that the element is always empty, and puts what follows inside of it.
            guard let last = sources.last else { return nil }
            parent = last
        }
        return nil
    }
}
