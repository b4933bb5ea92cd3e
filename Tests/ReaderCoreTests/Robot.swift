import Cells
import ReaderCore
import Text
import TimelineModel

/// A user at the keyboard: presses keys, and the store's answers arrive before the next one.
struct Robot {
    var state: State
    var store: FakeStore
    /// Everything `update` asked for, oldest first.
    private(set) var effects: [Effect] = []
    /// Keeps answers back until `release`.
    var holdsAnswers = false
    private var held: [Message] = []

    init(
        _ store: FakeStore = FakeStore(), personas: [Persona] = Sample.personas,
        size: Size = Size(width: 80, height: 24),
        options: Options = Options(), starts: Bool = true
    ) {
        self.store = store
        state = State(size: size, personas: personas, now: Sample.now, zone: .utc, options: options)
        if starts { start() }
    }

    mutating func start() {
        for persona in store.timelines.keys {
            if let index = state.panes.firstIndex(where: { $0.persona.id == persona }) {
                state.panes[index].counts = store.counts(persona)
            }
        }
        send(.started)
    }

    /// Gives a message to `update`, then carries out what it asks for.
    mutating func send(_ message: Message) {
        var messages = [message]
        while !messages.isEmpty {
            let wanted = update(&state, messages.removeFirst())
            effects += wanted
            let answers = wanted.flatMap { store.answer($0) }
            if holdsAnswers { held += answers } else { messages += answers }
        }
    }

    mutating func release() {
        holdsAnswers = false
        let messages = held
        held = []
        for message in messages { send(message) }
    }

    /// Keys as help spells them: `press("j", "Space", "gg")`.
    mutating func press(_ spellings: String...) {
        for spelling in spellings {
            guard let sequence = KeySequence(spelled: spelling) else { continue }
            for key in sequence.keys { send(.inputArrived(.key(key))) }
        }
    }

    mutating func type(_ text: String) {
        for character in text { send(.inputArrived(.key(.character(character)))) }
    }

    mutating func resize(_ width: Int, _ height: Int) {
        send(.inputArrived(.resize(Size(width: width, height: height))))
    }

    /// Posts come into the store, as fetching brings them.
    mutating func arrive(_ entries: [TimelineEntry], in persona: PersonaID) {
        store.add(entries, to: persona)
        send(.timelinesChanged([.persona(persona): store.counts(persona)]))
    }

    /// The effects of what `body` does.
    mutating func effects(of body: (inout Robot) -> Void) -> [Effect] {
        let before = effects.count
        body(&self)
        return Array(effects[before...])
    }

    var lines: [String] { view(state).surface.textGrid() }
    var screen: String { lines.joined(separator: "\n") }
    var footer: String { lines.last ?? "" }
    var pane: PaneState { state.panes[state.focus] }
    /// The text of the selected post, for telling which one it is.
    var selected: String? {
        guard let id = pane.selection?.id else { return nil }
        return id.key.split(separator: "/").last.map(String.init)
    }
}
