import CCurl
import Glibc
import Synchronization
import TimelineModel

/// The one thread that drives libcurl. Others leave commands in its mailbox and wake it.
///
/// Signals are blocked on it: they belong to the terminal's thread, and libcurl's own handling of SIGPIPE is off
/// because it changes the whole process.
final class NetworkThread: Sendable {
    /// Transfers at one time, in all and to one host that is not loopback. More of them wait in the mailbox's order.
    static let mostTransfers = 64
    static let mostForOneHost = 6

    private enum Command {
        case start(UInt64, Hop, CheckedContinuation<Result<HopAnswer, FetchError>, Never>)
        case stream(UInt64, Hop, StreamPipe)
        /// There is room for a stream's bytes again, or there are some to send.
        case goOn(UInt64)
        case cancel(UInt64)
        /// There is room for bodies again.
        case roomForBodies
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isStopping = false
        /// Nil before the first command and after the thread ended.
        var set: Waker?
        var lastTicket: UInt64 = 0
    }

    /// The set as far as another thread may use it.
    /// Sendable because `ccurl_set_wake` is all that is called through it, which libcurl allows from any thread, and
    /// only under the mailbox's lock, which the owner takes before it frees the set.
    private struct Waker: @unchecked Sendable {
        let set: OpaquePointer
        func wake() { ccurl_set_wake(set) }
    }

    private let mailbox = Mutex(Mailbox())
    let bodies: BodyBudget

    /// - Parameter bodyBytes: of bodies that come or wait to be read at a time, but for one of them.
    init(bodyBytes: Int) { bodies = BodyBudget(bytes: bodyBytes) }

    /// Runs one transfer. Cancelling the task ends it at once.
    func run(_ hop: Hop) async -> Result<HopAnswer, FetchError> {
        let ticket = mailbox.withLock { box in
            box.lastTicket += 1
            return box.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let refusal = mailbox.withLock { box -> FetchError? in
                    // Asked under the lock: a cancellation after this leaves its command behind the start.
                    if Task.isCancelled || box.isStopping { return .cancelled }
                    let host = hop.request.address.shownHost
                    guard ccurl_is_usable() != 0 else {
                        return ccurl_lacks_descriptors() != 0 ? .noDescriptor(host) : .noLibrary
                    }
                    if box.set == nil { box.set = startThread() }
                    guard let set = box.set else {
                        return ccurl_lacks_descriptors() != 0 ? .noDescriptor(host) : .unusable(host)
                    }
                    box.commands.append(.start(ticket, hop, continuation))
                    set.wake()
                    return nil
                }
                if let refusal { continuation.resume(returning: .failure(refusal)) }
            }
        } onCancel: {
            tell(.cancel(ticket))
        }
    }

    /// Starts an exchange that brings its bytes as they come. Closing the pipe ends it.
    func stream(_ hop: Hop) -> StreamPipe {
        mailbox.withLock { box in
            box.lastTicket += 1
            let ticket = box.lastTicket
            let pipe = StreamPipe(
                host: hop.request.address.shownHost, goOn: { [self] in tell(.goOn(ticket)) },
                cancel: { [self] in tell(.cancel(ticket)) })
            if !box.isStopping, box.set == nil { box.set = startThread() }
            guard !box.isStopping, let set = box.set else {
                pipe.end(.unusable(hop.request.address.shownHost))
                return pipe
            }
            box.commands.append(.stream(ticket, hop, pipe))
            set.wake()
            return pipe
        }
    }

    private func tell(_ command: Command) {
        mailbox.withLock { box in
            guard let set = box.set else { return }
            box.commands.append(command)
            set.wake()
        }
    }

    /// Ends the thread; what still runs is cancelled.
    func stop() {
        mailbox.withLock { box in
            box.isStopping = true
            box.set?.wake()
        }
    }

    private func startThread() -> Waker? {
        guard let set = ccurl_set_new() else { return nil }
        let start = ThreadStart(owner: self, set: set)
        var thread = pthread_t()
        // Threads inherit the mask, also those that libcurl starts to resolve names.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // A crash here must still reach the handler that gives the terminal back.
        for crash in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { sigdelset(&all, crash) }
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let context = Unmanaged.passRetained(start)
        let code = pthread_create(
            &thread, nil,
            { context in
                let start = Unmanaged<ThreadStart>.fromOpaque(context!).takeRetainedValue()
                start.owner.serve(start.set)
                return nil
            }, context.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            context.release()
            ccurl_set_free(set)
            return nil
        }
        pthread_detach(thread)
        return Waker(set: set)
    }

    private final class ThreadStart {
        let owner: NetworkThread
        let set: OpaquePointer

        init(owner: NetworkThread, set: OpaquePointer) {
            self.owner = owner
            self.set = set
        }
    }

    // MARK: on the thread

    private func serve(_ set: OpaquePointer) {
        var desk = TransferDesk(set: set) { [self] in bodies.share { [self] in tell(.roomForBodies) } }
        while true {
            let (commands, isStopping) = mailbox.withLock { box in
                let commands = box.commands
                box.commands = []
                return (commands, box.isStopping)
            }
            for command in commands {
                switch command {
                case .start(let ticket, let hop, let continuation):
                    desk.enqueue(ticket, hop) { continuation.resume(returning: $0) }
                case .stream(let ticket, let hop, let pipe): desk.start(ticket, hop, pipe)
                case .goOn(let ticket): desk.goOn(ticket)
                case .cancel(let ticket): desk.end(ticket, .cancelled)
                case .roomForBodies: desk.readOn()
                }
            }
            if isStopping { break }
            desk.work()
            desk.wait()
        }
        desk.endAll(.cancelled)
        mailbox.withLock { $0.set = nil }
        ccurl_set_free(set)
    }
}

/// The transfers that run and those that wait for their turn.
private struct TransferDesk {
    struct Waiting {
        let ticket: UInt64
        let hop: Hop
        let finish: (Result<HopAnswer, FetchError>) -> Void
    }

    let set: OpaquePointer
    private var running: [UInt64: Transfer] = [:]
    private var waiting: [Waiting] = []
    private var runningForHost: [String: Int] = [:]
    /// Transfers with a pipe. They last, so they take no place that the others count on.
    private var streams: [UInt64: Transfer] = [:]
    /// Those of `streams` that are bare connections and stand.
    private var connected: Set<UInt64> = []
    private let share: () -> BodyBudget.Share

    init(set: OpaquePointer, share: @escaping () -> BodyBudget.Share) {
        self.set = set
        self.share = share
    }

    mutating func enqueue(_ ticket: UInt64, _ hop: Hop, finish: @escaping (Result<HopAnswer, FetchError>) -> Void) {
        waiting.append(Waiting(ticket: ticket, hop: hop, finish: finish))
    }

    mutating func work() {
        startWaiting()
        if ccurl_set_perform(set) != 0 {
            for transfer in all { end(transfer.ticket, .noAnswer(transfer.host)) }
        }
        var outcome = CCURL_DONE
        while let context = ccurl_set_next_ended(set, &outcome) {
            let transfer = Transfer.at(context)
            if transfer.hop.isBare, outcome == CCURL_DONE {
                connected.insert(transfer.ticket)
                transfer.stand()
                continue
            }
            finish(transfer, transfer.result(of: outcome, now: .now))
        }
        for ticket in Array(connected) {
            if let transfer = streams[ticket], let error = transfer.exchange() { finish(transfer, .failure(error)) }
        }
        let now = ContinuousClock.now
        for transfer in all {
            if let error = transfer.passedLimit(at: now) { finish(transfer, .failure(error)) }
        }
        // Places that have just become free are taken before the thread sleeps.
        if startWaiting() > 0 { _ = ccurl_set_perform(set) }
    }

    /// Sleeps until there is something to do, an hour at most.
    func wait() {
        guard !all.isEmpty else {
            _ = ccurl_set_wait(set, 3_600_000, nil, 0)
            return
        }
        let now = ContinuousClock.now
        let next = all.map(\.wakeTime).min() ?? now
        let left = max(.zero, next - now)
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        let watches = connected.compactMap { streams[$0]?.watch }
        _ = ccurl_set_wait(set, Int32(min(milliseconds, 3_600_000)), watches, watches.count)
    }

    private var all: [Transfer] { Array(running.values) + Array(streams.values) }

    mutating func start(_ ticket: UInt64, _ hop: Hop, _ pipe: StreamPipe) {
        let transfer = Transfer(ticket: ticket, hop: hop, pipe: pipe, now: .now) { result in
            switch result {
            case .success: pipe.end(.cutOff(hop.request.address.shownHost))
            case .failure(let error): pipe.end(error)
            }
        }
        guard let handle = transfer.handle, ccurl_set_add(set, handle) == 0 else {
            pipe.end(.unusable(transfer.host))
            return
        }
        streams[ticket] = transfer
    }

    func goOn(_ ticket: UInt64) {
        // A bare connection is asked for its bytes at every turn anyway.
        guard let transfer = streams[ticket], !transfer.hop.isBare, let handle = transfer.handle else { return }
        _ = ccurl_transfer_resume(handle)
    }

    /// Those that rest read on, in the order in which they were asked for.
    func readOn() {
        for (_, transfer) in running.sorted(by: { $0.key < $1.key }) { transfer.goOn() }
    }

    @discardableResult
    private mutating func startWaiting() -> Int {
        var started = 0
        var place = 0
        while place < waiting.count, running.count < NetworkThread.mostTransfers {
            let address = waiting[place].hop.request.address
            guard address.isLoopback || runningForHost[address.host, default: 0] < NetworkThread.mostForOneHost else {
                place += 1
                continue
            }
            let next = waiting.remove(at: place)
            let transfer = Transfer(
                ticket: next.ticket, hop: next.hop, share: share(), now: .now, finish: next.finish)
            guard let handle = transfer.handle, ccurl_set_add(set, handle) == 0 else {
                next.finish(.failure(.unusable(transfer.host)))
                continue
            }
            running[next.ticket] = transfer
            runningForHost[address.host, default: 0] += 1
            started += 1
        }
        return started
    }

    private mutating func finish(_ transfer: Transfer, _ result: Result<HopAnswer, FetchError>) {
        if streams.removeValue(forKey: transfer.ticket) != nil {
            connected.remove(transfer.ticket)
            if let handle = transfer.handle { ccurl_set_remove(set, handle) }
            transfer.finish(result)
            return
        }
        guard running.removeValue(forKey: transfer.ticket) != nil else { return }
        let host = transfer.hop.request.address.host
        let left = runningForHost[host, default: 1] - 1
        runningForHost[host] = left > 0 ? left : nil
        if let handle = transfer.handle { ccurl_set_remove(set, handle) }
        transfer.finish(result)
    }

    /// Ends a transfer, running or waiting, if it has not ended by itself.
    mutating func end(_ ticket: UInt64, _ error: FetchError) {
        if let transfer = running[ticket] ?? streams[ticket] {
            finish(transfer, .failure(error))
        } else if let place = waiting.firstIndex(where: { $0.ticket == ticket }) {
            waiting.remove(at: place).finish(.failure(error))
        }
    }

    mutating func endAll(_ error: FetchError) {
        for ticket in all.map(\.ticket) + waiting.map(\.ticket) { end(ticket, error) }
    }
}
