import CTestSupport
import Cells
import ReaderCore
import Settings
import Store
import Text
import TimelineModel

/// What a key costs before anything reaches the terminal: changing the state, drawing it into cells, comparing them.
struct RenderMeasures {
    let store: PostStore
    let world: World

    init(_ store: PostStore, _ world: World) {
        self.store = store
        self.world = world
    }

    private struct Costs {
        var update: [Double] = []
        var view: [Double] = []
        var changes: [Double] = []
        var allocations: [Double] = []
        var cells: [Double] = []
    }

    func all() throws -> [Figure] {
        var figures: [Figure] = []
        for (name, keys) in [
            ("move", TerminalMeasures.thereAndBack), ("scroll", [String](repeating: "j", count: 400)),
        ] {
            var reader = try reader()
            try reader.press("3gg")
            var costs = Costs()
            for _ in 0..<(name == "move" ? 25 : 1) {
                for key in keys { try press(key, &reader, &costs) }
            }
            let posts = world.posts
            figures += [
                Figure("render \(name): update", "us", posts: posts, costs.update),
                Figure("render \(name): view", "us", posts: posts, costs.view),
                Figure("render \(name): diff", "us", posts: posts, costs.changes),
                Figure("render \(name): allocations", "blocks", posts: posts, costs.allocations),
                Figure("render \(name): cells sent", "cells", posts: posts, costs.cells),
            ]
        }
        return figures
    }

    private func press(_ key: String, _ reader: inout SynchronousReader, _ costs: inout Costs) throws {
        let before = reader.frame
        var frame = before
        var runs: [Run] = []
        let allocated = allocation_count()
        let updating = try processorMilliseconds { try reader.press(key) }
        let viewing = processorMilliseconds { frame = view(reader.state) }
        let comparing = processorMilliseconds { runs = frame.surface.changes(from: before.surface) }
        costs.allocations.append(Double(allocation_count() - allocated))
        costs.update.append(updating * 1000)
        costs.view.append(viewing * 1000)
        costs.changes.append(comparing * 1000)
        costs.cells.append(Double(runs.reduce(0) { $0 + $1.columns.count }))
        reader.frame = frame
    }

    private func reader() throws -> SynchronousReader {
        let (configuration, problems) = ConfigurationReader.read(world.configuration, file: "config.toml")
        guard problems.isEmpty else { throw Trouble("the configuration is refused: \(problems[0].shown)") }
        guard let theme = Themes.builtIn(named: configuration.theme) else { throw Trouble("no theme") }
        return try SynchronousReader(configuration.personas, theme, store)
    }
}

/// The reader without a terminal; the store answers at once.
struct SynchronousReader {
    private(set) var state: State
    var frame: Frame
    private let store: PostStore

    init(_ personas: [Persona], _ theme: Theme, _ store: PostStore) throws {
        self.store = store
        let size = Size(width: TimedTerminal.size.width, height: TimedTerminal.size.height)
        state = State(size: size, personas: personas, now: World.end, theme: theme)
        frame = Frame(surface: Surface(size: size))
        let counts = try store.counts()
        for index in state.panes.indices { state.panes[index].counts = counts[state.panes[index].pane] ?? PaneCounts() }
        try take(.started)
        frame = view(state)
    }

    mutating func press(_ keys: String) throws {
        for key in keys { try take(.inputArrived(.key(.character(key)))) }
    }

    private mutating func take(_ message: Message) throws {
        for effect in update(&state, message) {
            switch effect {
            case .loadWindow(let request, let generation):
                try take(.windowLoaded(request.pane, try store.window(request), generation: generation))
            case .loadPost(let id): try take(.postLoaded(id, try store.post(id)))
            default: break
            }
        }
    }
}
