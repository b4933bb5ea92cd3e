import TimelineModel

/// Formulas, and what stands higher or lower than its line: a terminal has one height for all.
extension HTMLWalk {
    /// How text is told from that before it.
    struct Script {
        private let sign: String
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
            grouped(node, depth)
        case ("msup", 2):
            visit(parts[0], depth: depth + 1)
            script(parts[1], .raised, depth + 1)
        case ("msub", 2):
            visit(parts[0], depth: depth + 1)
            script(parts[1], .lowered, depth + 1)
        case ("msubsup", 3):
            visit(parts[0], depth: depth + 1)
            script(parts[1], .lowered, depth + 1)
            script(parts[2], .raised, depth + 1)
        default: visitChildren(of: node, depth: depth)
        }
    }

    /// In parentheses unless it is one thing.
    private mutating func grouped(_ node: MarkupNode, _ depth: Int) {
        let isOne = node.elements.count < 2
        if !isOne { builder.append("(") }
        visitChildren(of: node, depth: depth + 1)
        if !isOne { builder.append(")") }
    }
}
