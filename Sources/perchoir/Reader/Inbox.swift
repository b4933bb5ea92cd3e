import ReaderCore
import Synchronization
import Terminal

/// Where answers of effects wait for the event loop. Any thread may post; posting wakes the loop.
final class Inbox: Sendable {
    private struct Contents {
        var messages: [Message] = []
        /// Requests under way whose answer belongs on the screen with the key that asked for it.
        var expected = 0
    }

    private let contents = Mutex(Contents())
    private let wakeUp: WakeUp?

    /// Without a wake-up nobody waits: for commands that run effects without a screen.
    init(wakeUp: WakeUp?) { self.wakeUp = wakeUp }

    func post(_ message: Message, answersExpected: Bool = false) {
        contents.withLock {
            $0.messages.append(message)
            if answersExpected { $0.expected -= 1 }
        }
        wakeUp?.signal()
    }

    func expectAnswer() { contents.withLock { $0.expected += 1 } }

    /// An answer is expected within a frame, so drawing may wait for it.
    var awaitsAnswer: Bool { contents.withLock { $0.expected > 0 } }

    /// Everything posted so far, oldest first.
    func take() -> [Message] {
        contents.withLock { contents in
            defer { contents.messages = [] }
            return contents.messages
        }
    }
}
