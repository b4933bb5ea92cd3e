public import Cells
public import Text

/// One or two keys pressed one after the other; only the first of two may be a prefix.
public struct KeySequence: Hashable, Sendable {
    public let keys: [Key]

    public init(_ keys: [Key]) { self.keys = keys }

    /// Reads `j`, `gg`, `g/`, `^D`, `Space`, `Enter`, `Esc`, `Tab`, `S-Tab`, `Up`, `PgDn`, `F5`, `M-x`; nil when it
    /// names no key.
    public init?(spelled text: String) {
        guard let keys = KeySpelling.read(text) else { return nil }
        self.keys = keys
    }

    /// As help and `perchoir keys` show it; reads back to the same sequence.
    public var spelled: SafeText { SafeText(sanitizing: keys.map(KeySpelling.write).joined()) }
}

/// Which keys do what, per context.
public struct Keymap: Hashable, Sendable {
    public private(set) var tables: [KeyContext: [KeySequence: Command]]

    public init(tables: [KeyContext: [KeySequence: Command]]) { self.tables = tables }

    /// Keys that a user wants an action to have, in place of those it has.
    public struct Binding: Hashable, Sendable {
        public let command: Command
        public let sequences: [KeySequence]

        public init(_ command: Command, _ sequences: [KeySequence]) {
            self.command = command
            self.sequences = sequences
        }
    }

    /// Something that may not have been meant so.
    public struct Conflict: Hashable, Sendable {
        /// The place in the list of the binding that won.
        public let binding: Int
        public let message: SafeText
    }

    /// Gives actions the keys named, in place of their own, in one context. Other actions lose these keys, and those that
    /// begin alike, without a word while they have another one.
    /// - Returns: where two of the bindings want the same, of which the later wins, and where an action has no key left.
    public mutating func rebind(_ bindings: [Binding], in context: KeyContext) -> [Conflict] {
        let named = Set(bindings.map(\.command))
        var table = (tables[context] ?? [:]).filter { !named.contains($0.value) }
        var conflicts: [Conflict] = []
        var losses: [Command: Conflict] = [:]
        for (place, binding) in bindings.enumerated() {
            for sequence in binding.sequences {
                let rivals = table.filter { taken, _ in
                    taken.keys.starts(with: sequence.keys) || sequence.keys.starts(with: taken.keys)
                }
                for (taken, other) in rivals.sorted(by: { $0.key.spelled.string < $1.key.spelled.string }) {
                    table[taken] = nil
                    let conflict = Conflict(
                        binding: place, message: Self.loss(of: taken, by: other, to: sequence, of: binding.command))
                    if named.contains(other) { conflicts.append(conflict) } else { losses[other] = conflict }
                }
                table[sequence] = binding.command
            }
        }
        let bound = Set(table.values)
        conflicts += losses.filter { !bound.contains($0.key) }.values
        tables[context] = table
        return conflicts.sorted { ($0.binding, $0.message.string) < ($1.binding, $1.message.string) }
    }

    private static func loss(
        of taken: KeySequence, by loser: Command, to sequence: KeySequence, of command: Command
    ) -> SafeText {
        guard taken != sequence else {
            return "\(sequence.spelled) is now \(command.spelled), no longer \(loser.spelled)"
        }
        return """
            \(sequence.spelled) (\(command.spelled)) and \(taken.spelled) (\(loser.spelled)) begin alike; \
            \(loser.spelled) lost \(taken.spelled)
            """
    }

    /// What a sequence of keys means so far.
    public enum Meaning: Hashable, Sendable {
        case command(Command)
        /// The beginning of a longer sequence.
        case prefix
        case nothing
    }

    /// What these keys, pressed one after another, mean in a context.
    public func meaning(of keys: [Key], in context: KeyContext) -> Meaning {
        let table = tables[context] ?? [:]
        if let command = table[KeySequence(keys)] { return .command(command) }
        return table.keys.contains { $0.keys.count > keys.count && $0.keys.starts(with: keys) } ? .prefix : .nothing
    }

    /// The sequences of an action in one context, shortest and plainest first.
    public func sequences(for command: Command, in context: KeyContext) -> [KeySequence] {
        Self.plainestFirst((tables[context] ?? [:]).filter { $0.value == command }.map(\.key))
    }

    /// What quits on the top level: a key of `quit`; where the user left none, what interrupts, which is also ^C where it
    /// means nothing else. Nil when no key does.
    public var wayOut: SafeText? {
        let sequences = sequences(for: .quit, in: .list) + sequences(for: .interrupt, in: .list)
        if let first = sequences.first { return first.spelled }
        return meaning(of: [.control("c")], in: .list) == .nothing ? "^C" : nil
    }

    /// The key of an action as hints name it; its own name where it has none.
    func name(of command: Command, in context: KeyContext = .list) -> SafeText {
        sequences(for: command, in: context).first?.spelled ?? command.spelled
    }

    /// The sequences of every bound action in one context, as `sequences(for:in:)` gives them.
    func sequencesByCommand(in context: KeyContext) -> [Command: [KeySequence]] {
        var found: [Command: [KeySequence]] = [:]
        for (sequence, command) in tables[context] ?? [:] { found[command, default: []].append(sequence) }
        return found.mapValues(Self.plainestFirst)
    }

    private static func plainestFirst(_ sequences: [KeySequence]) -> [KeySequence] {
        guard sequences.count > 1 else { return sequences }
        return sequences.map { ($0, ($0.keys.count, KeySpelling.rank($0), $0.spelled.string)) }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }
}

extension Command {
    var spelled: SafeText { SafeText(sanitizing: rawValue) }
}

extension KeyContext {
    var spelled: SafeText { SafeText(sanitizing: rawValue) }
}
