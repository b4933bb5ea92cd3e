import TimelineModel

/// Formulas, and what stands higher or lower than its line: a terminal has one height for all.
extension HTMLWalk {
    /// How text is told from that before it.
    struct Script {
        let sign: String
        private let forms: [Character: Character]

        static let raised = Script(sign: "^", "0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
        static let lowered = Script(sign: "_", "0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")

        private init(sign: String, _ plain: String, _ forms: String) {
            self.sign = sign
            self.forms = Dictionary(uniqueKeysWithValues: zip(plain, forms))
        }

        /// The text in characters of its own; nil where one has no such form.
        func written(_ text: String) -> String? {
            let characters = text.compactMap { forms[$0] }
            return characters.count == text.count ? String(characters) : nil
        }

        /// What stands before a text that has no form of its own: letters are an ending (`1er`), a number would join
        /// the one before it, unless it is in brackets, as marks of footnotes are.
        func sign(before text: String) -> String {
            if text.hasPrefix("[") { return "" }
            return text.contains { $0.isASCII && $0.isNumber || "+-−=".contains($0) } ? sign : ""
        }
    }

    mutating func script(_ node: MarkupNode, _ script: Script, _ depth: Int) {
        // One inside of another would be read again at every level.
        guard !isInScript else { return visitChildren(of: node, depth: depth) }
        isInScript = true
        defer { isInScript = false }
        // The mark of a footnote is to be followed.
        guard node.descendant(where: { $0.name.lowercased() == "a" && target(of: $0) != nil }) == nil else {
            return visitChildren(of: node, depth: depth)
        }
        let text = isInFormula ? node.textContent.filter { !$0.isWhitespace } : node.textContent.trimmingASCIIWhitespace
        if !text.isEmpty, let written = script.written(text) { return append(written) }
        append(script.sign(before: text))
        visitChildren(of: node, depth: depth)
    }

    /// As its author typed it, where that came along.
    mutating func formula(_ node: MarkupNode, _ depth: Int) {
        guard !isInFormula else { return visitChildren(of: node, depth: depth) }
        hasFormula = true
        let typed = node.descendant {
            $0.name.lowercased() == "annotation" && $0.attribute("encoding")?.lowercased() == "application/x-tex"
        }
        let spellings = [typed?.textContent, node.attribute("alttext")]
        if let spelled = spellings.lazy.compactMap({ $0?.trimmingASCIIWhitespace }).first(where: { !$0.isEmpty }) {
            return builder.append("$" + spelled + "$")
        }
        isInFormula = true
        visitChildren(of: node, depth: depth)
        isInFormula = false
    }

    mutating func formulaPart(_ node: MarkupNode, _ name: String, _ depth: Int) {
        let parts = node.elements
        switch (name, parts.count) {
        case ("mfrac", 2):
            grouped(parts[0], depth)
            builder.append("/")
            grouped(parts[1], depth)
        case ("msqrt", _):
            builder.append("√")
            if parts.count > 1 { builder.append("(") }
            visitChildren(of: node, depth: depth)
            if parts.count > 1 { builder.append(")") }
        case ("msup", 2): scripted(parts[0], [(parts[1], .raised)], depth)
        case ("msub", 2): scripted(parts[0], [(parts[1], .lowered)], depth)
        case ("msubsup", 3): scripted(parts[0], [(parts[1], .lowered), (parts[2], .raised)], depth)
        default: visitChildren(of: node, depth: depth)
        }
    }

    private mutating func scripted(_ base: MarkupNode, _ scripts: [(MarkupNode, Script)], _ depth: Int) {
        grouped(base, depth)
        for (node, script) in scripts {
            let text = node.textContent.filter { !$0.isWhitespace }
            // What stands in rows of its own reads otherwise without them.
            if !HTMLWalk.isBuilt(node), !text.isEmpty, let written = script.written(text) {
                append(written)
            } else {
                append(script.sign)
                grouped(node, depth)
            }
        }
    }

    /// In parentheses unless it is one thing.
    private mutating func grouped(_ node: MarkupNode, _ depth: Int) {
        let isOne = HTMLWalk.isOne(node)
        if !isOne { builder.append("(") }
        visit(node, depth: depth + 1)
        if !isOne { builder.append(")") }
    }

    /// Whether a part cannot be torn apart by what stands beside it. Roots have parentheses of their own.
    private static func isOne(_ node: MarkupNode) -> Bool {
        switch node.name.lowercased() {
        case "mi", "mn", "mo", "mtext", "msqrt": true
        case "mfrac", "msup", "msub", "msubsup": false
        default: node.elements.count == 1 ? isOne(node.elements[0]) : node.elements.isEmpty
        }
    }

    /// Whether a part has a shape that its text alone does not have.
    private static func isBuilt(_ node: MarkupNode) -> Bool {
        built.contains(node.name.lowercased()) || node.descendant { built.contains($0.name.lowercased()) } != nil
    }

    private static let built: Set<String> = ["mfrac", "msqrt", "mroot", "msup", "msub", "msubsup"]
}
