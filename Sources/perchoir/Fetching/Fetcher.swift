import Curation
import Logging
import Networks
import Store
import Synchronization
import Text
import TimelineModel

/// One round of asking sources: leases, pages, ingest, failures. Used by the reader and by `perchoir sync`.
struct Fetcher: Sendable {
    let store: PostStore
    let factory: SourceFactory
    let schedule: RefreshSchedule
    /// Names this process in leases.
    let holder: String
    let now: @Sendable () -> Timestamp
    let log: Logger

    /// Sources asked at a time. Hosts are throttled below this, one connection each.
    private static let sourcesAtATime = 48
    /// Pages of a paged timeline that one round may follow downwards until it meets what is known.
    private static let pagesARound = 5
    /// Failures in a row after which a feed that moved is asked once at its own address.
    private static let triesOfNewAddress = 5
    /// Pages of a timeline that was never fetched before.
    private static let firstPages = 3
    /// Bytes of documents that are decoded, or wait for the store as posts, at a time.
    private static let documentBytes = 4 << 20
    /// Seconds after which another process may take over a source whose holder said nothing more.
    private static let leaseLength: Int64 = 300

    /// What became of one source.
    enum Outcome: Sendable {
        case arrived(IngestReport)
        case unchanged
        /// What the pages before the failure brought is in the store, with the gap below them.
        case failed(SafeText, stored: IngestReport? = nil)
        /// Another process is fetching it.
        case held

        /// What it brought into the store; nil when no page came.
        var stored: IngestReport? {
            switch self {
            case .arrived(let report): report
            case .failed(_, let report): report
            case .unchanged, .held: nil
            }
        }
    }

    /// What a round did.
    struct Report: Sendable {
        var sources = 0
        var newPosts = 0
        var unchanged = 0
        /// Those that another process is fetching; they count in `sources`.
        var held = 0
        var failures: [(source: SafeText, message: SafeText)] = []
    }

    /// Asks sources side by side; every page is in the store when the round reports it.
    /// - Parameter progress: called after each source, from any thread.
    func round(
        _ sources: [DueSource], progress: @escaping @Sendable (DueSource, Outcome, _ done: Int) -> Void
    ) async -> Report {
        let recorder = FetchRecorder(store: store, holder: holder, leaseLength: Self.leaseLength, now: now)
        var report = Report()
        func note(_ source: DueSource, _ outcome: Outcome) {
            report.sources += 1
            report.newPosts += outcome.stored?.newPosts ?? 0
            switch outcome {
            case .unchanged: report.unchanged += 1
            case .failed(let message, _): report.failures.append((source.address.shown, message))
            case .held: report.held += 1
            case .arrived: break
            }
            progress(source, outcome, report.sources)
        }
        let states: [SourceID: FetchState]
        do throws(StoreError) {
            states = try await recorder.lease(sources.map(\.source))
        } catch {
            log.info("\(sources.count) sources not leased: \(error.message)")
            for source in sources { note(source, .failed(error.message)) }
            return report
        }
        let budget = DocumentBudget(bytes: Self.documentBytes)
        var waiting: [(DueSource, FetchState)] = []
        for source in sources {
            if let state = states[source.source] { waiting.append((source, state)) } else { note(source, .held) }
        }
        await withTaskGroup(of: (DueSource, Outcome).self) { group in
            var next = waiting[...]
            func startNext() {
                guard !Task.isCancelled, let (source, state) = next.popFirst() else { return }
                group.addTask {
                    await DocumentBudget.$seat.withValue(budget.seat()) {
                        (source, await fetch(source, state, recorder))
                    }
                }
            }
            for _ in 0..<Self.sourcesAtATime { startNext() }
            while let (source, outcome) = await group.next() {
                startNext()
                note(source, outcome)
            }
        }
        await release(recorder.unreleased, recorder)
        return report
    }

    private func release(_ sources: [SourceID], _ recorder: FetchRecorder) async {
        do throws(StoreError) {
            try await recorder.release(sources)
        } catch {
            // The leases end by themselves.
            log.warning("leases of \(sources.count) sources not given back: \(error.message)")
        }
    }

    private func fetch(_ due: DueSource, _ state: FetchState, _ recorder: FetchRecorder) async -> Outcome {
        var stored: IngestReport?
        do throws(StoreError) {
            return try await fetchPages(due, state, recorder, &stored)
        } catch {
            log.info("\(due.address.shown): \(error.message)")
            return .failed(error.message, stored: stored)
        }
    }

    /// - Parameter stored: what the pages brought into the store, also when a later one fails.
    private func fetchPages(
        _ due: DueSource, _ state: FetchState, _ recorder: FetchRecorder, _ stored: inout IngestReport?
    ) async throws(StoreError) -> Outcome {
        let source = factory.source(for: due.address)
        // The address to which a feed moved may be in trouble for ever.
        let failures = state.failuresInARow
        let goesBack = state.movedTo != nil && failures > 0 && failures.isMultiple(of: Self.triesOfNewAddress)
        var total = IngestReport()
        var isUnchanged = true
        var stretch = PageRequest.Stretch.newest
        for number in 0..<Self.pagesARound {
            var page: Page
            do {
                let validators = number == 0 && !goesBack ? state.validators : Validators()
                page = try await source.page(
                    PageRequest(stretch, validators: validators, movedTo: goesBack ? nil : state.movedTo))
                if goesBack { page.hasMovedBack = true }
            } catch {
                if isResuming(stretch, state), ![.rateLimited, .cancelled].contains(error.kind) {
                    log.info("\(due.address.shown): \(error.message)")
                    break
                }
                return try await fail(due, error, state, recorder, stored: stored)
            }
            // What a document wishes holds as long as the document.
            let wishes = [page.minimumInterval, page.isUnchanged ? state.minimumInterval : nil].compactMap { $0 }
            let moment = now()
            let nextAttempt = schedule.next(after: moment, own: due.interval, asked: wishes.max())
            let following = number + 1 == Self.pagesARound ? nil : next(after: page, of: stretch, state, number)
            var fetched = FetchedPage(
                source: due.source, stretch: stretch, page: page, fetchedAt: moment, nextAttempt: nextAttempt)
            if case .olderThan(let below) = following { fetched.firstRoundBelow = below }
            total.add(try await recorder.record(FetchRecord(.page(fetched), isLast: following == nil)))
            isUnchanged = isUnchanged && page.isUnchanged
            stored = total
            DocumentBudget.seat?.giveBack()
            guard let following else { break }
            stretch = following
        }
        return isUnchanged ? .unchanged : .arrived(total)
    }

    /// A paged timeline is followed down until it meets what is known; what stays open then is a gap on the screen. The
    /// first time a few pages are enough to begin with; if they break off, what is missing of them comes with a later
    /// round.
    private func next(
        after page: Page, of stretch: PageRequest.Stretch, _ state: FetchState, _ number: Int
    ) -> PageRequest.Stretch? {
        if let known = state.newestEntryID, !isResuming(stretch, state) {
            let isMet = page.isUnchanged || page.items.contains { $0.sighting.entryID == known }
            if !isMet, let older = page.older { return .between(newer: older, older: known) }
            return state.firstRoundBelow.map { .olderThan($0) }
        }
        guard let older = page.older, number + 1 < Self.firstPages else { return nil }
        return .olderThan(older)
    }

    /// Whether a page belongs to a first round that broke off: the timeline itself is there without it.
    private func isResuming(_ stretch: PageRequest.Stretch, _ state: FetchState) -> Bool {
        if case .olderThan = stretch { state.newestEntryID != nil } else { false }
    }

    private func fail(
        _ due: DueSource, _ error: FetchError, _ state: FetchState, _ recorder: FetchRecorder,
        stored: IngestReport?
    ) async throws(StoreError) -> Outcome {
        if error.kind == .cancelled { return stored.map { .arrived($0) } ?? .held }
        let moment = now()
        let next = schedule.next(
            after: moment, failure: error, inARow: state.failuresInARow + 1, own: due.interval,
            asked: state.minimumInterval)
        let failure = FetchRecord.Outcome.failure(due.source, error, at: moment, nextAttempt: next)
        _ = try await recorder.record(FetchRecord(failure, isLast: true))
        log.info("\(due.address.shown): \(error.message)")
        return .failed(error.message, stored: stored)
    }

    /// Fills a hole from one of its sides; one page, the rest stays a gap.
    func fill(
        _ gap: Gap, from side: Gap.Side, address: SourceAddress
    ) async throws(StoreError) -> Result<IngestReport, FetchError> {
        let stretch = PageRequest.Stretch.between(newer: gap.newer, older: gap.older, from: side)
        let page: Page
        do {
            page = try await factory.source(for: address).page(PageRequest(stretch))
        } catch {
            return .failure(error)
        }
        let fetched = FetchedPage(source: gap.source, stretch: stretch, page: page, fetchedAt: now(), nextAttempt: nil)
        return .success(try store.ingest([fetched], now: now()))
    }
}
