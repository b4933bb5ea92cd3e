import Curation
import Expectations
import Testing
import Text
import TimelineModel

/// When a source is asked again, in seconds from an attempt.
@Suite struct RefreshScheduleTests {
    private static let schedule = RefreshSchedule(interval: 900)
    private static let now = Timestamp(seconds: 1_793_534_400)

    private func wait(
        _ kind: FetchError.Kind, status: Int? = 503, told: Int? = nil, inARow failures: Int = 1, own: Int? = nil,
        asked: Int? = nil
    ) -> Int64 {
        Self.schedule.next(
            after: Self.now, failure: FetchError(kind, "failed", status: status, retryAfter: told), inARow: failures,
            own: own,
            asked: asked
        ).seconds(since: Self.now)
    }

    @Test func aFailingSourceBacksOffUpToADay() {
        expect(
            [1, 2, 3, 4, 5, 8, 9, 10, 1000].map { wait(.serverTrouble, inARow: $0) },
            is: [
                900, 900, 1200, 2400, 4800, 38_400, 76_800, 86_400, 86_400,
            ])
        expect([1, 2, 5, 6].map { wait(.notFound, inARow: $0) }, is: [3600, 7200, 57_600, 86_400])
    }

    /// A server that is busy "for five seconds" time and again is no healthy one.
    @Test func whatTheServerAllowsShortensNoWait() {
        expect(wait(.rateLimited, told: 5), is: 900)
        expect(wait(.rateLimited, told: 5, inARow: 3), is: 2400)
        expect(wait(.rateLimited, told: 5, inARow: 11), is: 86_400)
        expect(wait(.rateLimited, told: 80_000), is: 80_000)
        expect(wait(.rateLimited), is: 900)
    }

    /// When one of many feeds of a host was told to wait, the others were not asked at all.
    @Test func whoWasNotAskedOnlyWaitsForItsHost() {
        expect(wait(.rateLimited, status: nil, told: 60, inARow: 5, own: 7200, asked: 10_800), is: 60)
    }

    @Test func noFailureIsTriedAgainSoonerThanASuccessWouldBe() {
        expect(wait(.serverTrouble, own: 7200), is: 7200)
        expect(wait(.serverTrouble, own: 7200, asked: 86_400), is: 86_400)
        expect(wait(.unreachable, own: 60), is: 300)
        expect(wait(.rateLimited, told: 5, own: 7200, asked: 10_800), is: 10_800)
        // An interval of the user's own may be longer than a day.
        expect(wait(.timedOut, inARow: 20, own: 604_800), is: 604_800)
        expect(wait(.timedOut, asked: 9_999_999), is: 86_400)
    }

    /// The user's own network may have been down.
    @Test func whoCouldNotBeReachedIsTriedSoon() {
        expect(wait(.unreachable, status: nil, own: 7200), is: 300)
        expect(wait(.timedOut, status: nil, inARow: 3, own: 7200, asked: 86_400), is: 1200)
    }

    @Test func whatIsGoneIsNotAskedAgain() {
        expect(wait(.gone) > 86_400 * 3000, is: true)
        expect(wait(.cancelled, own: 7200), is: 0)
    }
}
