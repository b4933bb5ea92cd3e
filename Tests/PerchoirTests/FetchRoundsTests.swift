import Dispatch
import Expectations
import Synchronization
import Testing

@testable import perchoir

@Suite struct FetchRoundsTests {
    /// What rounds did, in order, and a gate that holds the first one.
    private final class Witness: Sendable {
        let said = Mutex<[String]>([])
        private let gate: AsyncStream<Void>
        private let opener: AsyncStream<Void>.Continuation

        init() { (gate, opener) = AsyncStream.makeStream() }

        func say(_ word: String) { said.withLock { $0.append(word) } }
        func open() { opener.finish() }

        /// Returns when the gate is open or the task was cancelled.
        func pass() async { for await _ in gate {} }
    }

    /// Waits on a thread of its own: the rounds need those of the tasks.
    private func areOver(_ rounds: FetchRounds) async -> Bool {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: rounds.wait(milliseconds: 600_000)) }
        }
    }

    @Test func oneRoundFollowsTheOther() async {
        // Given a round that is held up, and one behind it
        let (rounds, witness) = (FetchRounds(), Witness())
        rounds.add {
            await witness.pass()
            witness.say("first")
        }
        rounds.add { witness.say("second") }
        #expect(!rounds.wait(milliseconds: 0))
        // When the first may go on
        witness.open()
        // Then both are run in their order
        #expect(await areOver(rounds))
        expect(witness.said.withLock { $0 }, is: ["first", "second"])
    }

    @Test func whatIsDueIsLeftOutWhileARoundIsUnderWay() async {
        let (rounds, witness) = (FetchRounds(), Witness())
        rounds.add { await witness.pass() }
        // When the clock asks for another round, minute after minute
        for _ in 0..<5 { rounds.add(unlessBusy: true) { witness.say("again") } }
        witness.open()
        #expect(await areOver(rounds))
        // Then none has piled up, and the next one is run
        #expect(witness.said.withLock { $0 }.isEmpty)
        rounds.add(unlessBusy: true) { witness.say("next") }
        #expect(await areOver(rounds))
        expect(witness.said.withLock { $0 }, is: ["next"])
    }

    @Test func anInterruptionEndsTheRoundThatRunsAndThoseThatWait() async {
        let (rounds, witness) = (FetchRounds(), Witness())
        rounds.add {
            await witness.pass()
            witness.say(Task.isCancelled ? "interrupted" : "whole")
        }
        rounds.add { witness.say("second") }
        rounds.add { witness.say("third") }
        // When the user interrupts, though nothing opens the gate
        rounds.cancelAll()
        // Then all are over
        #expect(await areOver(rounds))
        // A round that was cancelled before its first step does not run at all.
        #expect([[], ["interrupted"]].contains(witness.said.withLock { $0 }))
    }
}
