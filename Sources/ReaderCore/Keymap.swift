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

    /// Gives an action the keys named, in place of its own, in one context.
    /// - Returns: a message for each key that is taken by another action (the new binding wins) or that hides a
    ///   sequence beginning with it.
    public mutating func rebind(_ command: Command, to sequences: [KeySequence], in context: KeyContext) -> [SafeText] {
        var conflicts: [SafeText] = []
        var table = tables[context] ?? [:]
        table = table.filter { $0.value != command }
        for sequence in sequences {
            if let other = table[sequence] {
                conflicts.append(
                    "\(sequence.spelled) is now \(command.spelled), no longer \(other.spelled), in \(context.spelled)")
            }
            let alike = table.filter { taken, _ in
                taken != sequence
                    && (taken.keys.starts(with: sequence.keys) || sequence.keys.starts(with: taken.keys))
            }
            for (taken, other) in alike.sorted(by: { $0.key.spelled.string < $1.key.spelled.string }) {
                table[taken] = nil
                conflicts.append(
                    """
                    \(sequence.spelled) (\(command.spelled)) and \(taken.spelled) (\(other.spelled)) begin alike; \
                    \(other.spelled) lost \(taken.spelled) in \(context.spelled)
                    """
                )
            }
            table[sequence] = command
        }
        tables[context] = table
        return conflicts
    }

    /// What a sequence of keys means so far.
    public enum Meaning: Hashable, Sendable {
        case command(Command)
        /// The beginning of a longer sequence.
        case prefix
        case nothing
    }

    public func meaning(of keys: [Key], in context: KeyContext) -> Meaning {
        let table = tables[context] ?? [:]
        if let command = table[KeySequence(keys)] { return .command(command) }
        return table.keys.contains { $0.keys.count > keys.count && $0.keys.starts(with: keys) } ? .prefix : .nothing
    }

    /// The sequences of an action in one context, shortest and plainest first.
    public func sequences(for command: Command, in context: KeyContext) -> [KeySequence] {
        Self.plainestFirst((tables[context] ?? [:]).filter { $0.value == command }.map(\.key))
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
