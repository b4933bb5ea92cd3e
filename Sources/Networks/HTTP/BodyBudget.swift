import Synchronization

/// How many bytes of bodies are in memory at a time, those that still come and those that nobody has read yet.
/// Answers arrive side by side and quicker than they are decoded; without a bound as many bodies as there are
/// transfers could wait at once, each as long as a body may be.
///
/// A transfer that finds no room rests until others gave theirs back. One at a time may go beyond the bound: so bodies
/// that came in part never wait for each other, and all together are the budget and one whole body at most.
final class BodyBudget: Sendable {
    private struct State {
        var used = 0
        /// The share that went beyond the bound; there is room for another one when it is given back.
        var giant: ObjectIdentifier?
        var isWanted = false
    }

    private let bytes: Int
    private let state = Mutex(State())

    init(bytes: Int) { self.bytes = bytes }

    /// - Parameter roomCame: called from any thread when a share is given back after one was refused.
    func share(_ roomCame: @escaping @Sendable () -> Void) -> Share { Share(budget: self, roomCame: roomCame) }

    /// Bytes that are held, and whether a share was refused since the last one was given back.
    var load: (bytes: Int, isWanted: Bool) { state.withLock { ($0.used, $0.isWanted) } }

    /// What one body holds, from its first byte until the answer is let go.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let roomCame: @Sendable () -> Void
        private let held = Mutex(0)

        init(budget: BodyBudget, roomCame: @escaping @Sendable () -> Void) {
            self.budget = budget
            self.roomCame = roomCame
        }

        deinit {
            if budget.giveBack(held.withLock { $0 }, of: ObjectIdentifier(self)) { roomCame() }
        }

        /// Whether there is room for so many bytes more.
        func take(_ count: Int) -> Bool {
            guard budget.take(count, for: ObjectIdentifier(self)) else { return false }
            held.withLock { $0 += count }
            return true
        }
    }

    private func take(_ count: Int, for share: ObjectIdentifier) -> Bool {
        state.withLock { state in
            if state.used + count > bytes, state.giant != share {
                guard state.giant == nil else {
                    state.isWanted = true
                    return false
                }
                state.giant = share
            }
            state.used += count
            return true
        }
    }

    /// Whether somebody wants the room.
    private func giveBack(_ count: Int, of share: ObjectIdentifier) -> Bool {
        state.withLock { state in
            state.used -= count
            if state.giant == share { state.giant = nil }
            guard count > 0 else { return false }
            defer { state.isWanted = false }
            return state.isWanted
        }
    }
}
