import CCurl
import Text
import TimelineModel

/// What one transfer is to do: a request without its redirects.
struct Hop: Sendable {
    let request: HTTPRequest
    /// What is left of the total time.
    let remaining: Duration
    /// Whether an address in a private network may be connected to.
    let allowsPrivate: Bool
    /// Nil goes straight to the host.
    let proxy: String?
    let userAgent: String
    let trustFile: String?
    /// A connection for bytes of any kind instead of a request.
    var isBare = false
}

/// What one transfer brought.
struct HopAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    /// The connection led into a private network, not counting a proxy's.
    let isFromPrivateAddress: Bool
    let elapsed: Duration
    /// Room for the body in memory.
    let share: BodyBudget.Share?
}

/// One transfer while it runs. Only the network thread touches it.
final class Transfer {
    let ticket: UInt64
    let hop: Hop
    /// Where the body goes as it comes; nil gathers it for the end.
    let pipe: StreamPipe?
    let finish: (Result<HopAnswer, FetchError>) -> Void
    private(set) var clock: TransferClock
    /// Lives as long as this object; libcurl's callbacks come back to it through its context.
    private(set) var handle: OpaquePointer?

    private var status = 0
    private var headers = HTTPHeaders()
    private var headBytes = 0
    private var isHeadComplete = false
    private var body: [UInt8] = []
    /// Room for the body in memory; nil where it is not gathered here.
    private let share: BodyBudget.Share?
    /// Nothing is read until there is room for more of the body.
    private var isResting = false
    private var isPrivate = false
    private var wasAddressRefused = false
    /// Why a callback ended the transfer.
    private var failure: FetchError?

    init(
        ticket: UInt64, hop: Hop, pipe: StreamPipe? = nil, share: BodyBudget.Share? = nil,
        now: ContinuousClock.Instant,
        finish: @escaping (Result<HopAnswer, FetchError>) -> Void
    ) {
        self.ticket = ticket
        self.hop = hop
        self.pipe = pipe
        self.share = share
        self.finish = finish
        clock = TransferClock(limits: hop.request.limits, remaining: hop.remaining, started: now)
        handle = makeHandle()
    }

    deinit {
        if let handle { ccurl_transfer_free(handle) }
    }

    var host: SafeText { hop.request.address.shownHost }

    private func makeHandle() -> OpaquePointer? {
        var reports = ccurl_reports()
        reports.context = Unmanaged.passUnretained(self).toOpaque()
        reports.connecting = { Transfer.at($0).connecting(Transfer.bytes($1, $2)) }
        reports.sending = { Transfer.at($0).sending(Transfer.bytes($1, $2)) }
        reports.head = { Transfer.at($0).head(UnsafeBufferPointer(start: $1, count: $2)) }
        reports.body = { Transfer.at($0).body(UnsafeBufferPointer(start: $1, count: $2)) }
        let request = hop.request
        guard let handle = ccurl_transfer_new(&reports) else { return nil }
        var troubles = ccurl_transfer_set_address(handle, request.address.text)
        troubles |= ccurl_transfer_set_method(handle, request.method.rawValue)
        if request.body != nil || request.method == .post {
            let body = request.body ?? []
            troubles |= body.withUnsafeBufferPointer { ccurl_transfer_set_body(handle, $0.baseAddress, $0.count) }
        }
        var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("User-Agent: \(hop.userAgent)")
        if let authorization = request.authorization { lines.append("Authorization: \(authorization.header)") }
        for line in lines { troubles |= ccurl_transfer_add_header(handle, line) }
        troubles |= ccurl_transfer_set_proxy(handle, hop.proxy ?? "")
        if let trustFile = hop.trustFile { troubles |= ccurl_transfer_set_trust(handle, trustFile) }
        if hop.isBare { troubles |= ccurl_transfer_set_bare(handle) }
        guard troubles == 0 else {
            ccurl_transfer_free(handle)
            return nil
        }
        return handle
    }

    static func at(_ context: UnsafeMutableRawPointer) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    private static func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: start, count: count))
    }

    // MARK: reports of libcurl; zero goes on

    private func connecting(_ address: [UInt8]) -> Int32 {
        guard hop.proxy == nil, !hop.allowsPrivate else { return 0 }
        // An address of another family is none of the public Internet's.
        guard let address = IPAddress(address), !address.isPrivate else {
            wasAddressRefused = true
            return 1
        }
        return 0
    }

    /// Judged again here, because a connection that is kept from an earlier request was not opened for this one.
    private func sending(_ address: [UInt8]) -> Int32 {
        clock.sending(at: .now)
        guard hop.proxy == nil else { return 0 }
        isPrivate = IPAddress(address)?.isPrivate ?? true
        guard isPrivate, !hop.allowsPrivate else { return 0 }
        failure = .privateAddress(host)
        return 1
    }

    private func head(_ line: UnsafeBufferPointer<UInt8>) -> Int32 {
        clock.received(line.count, at: .now)
        headBytes += line.count
        guard headBytes <= hop.request.limits.headBytes else {
            failure = .headTooLarge(host, limit: hop.request.limits.headBytes)
            return 1
        }
        if line.starts(with: "HTTP/".utf8) {
            // An interim answer (1xx) came before this one.
            headers = HTTPHeaders()
            isHeadComplete = false
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
            status = words.count > 1 ? HTTPDate.digits(String(decoding: words[1].prefix(3), as: UTF8.self)) ?? 0 : 0
            return 0
        }
        if line.allSatisfy({ $0 == 13 || $0 == 10 }) {
            isHeadComplete = true
            if status >= 200 { pipe?.open(status: status, headers) }
        }
        // What comes after the head is a trailer.
        guard !isHeadComplete else { return 0 }
        let text = String(decoding: line, as: UTF8.self)
        if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
            headers.continueLast(text.trimmingASCIIWhitespace)
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(text[..<colon]).trimmingASCIIWhitespace
            headers.add(name, String(text[text.utf8.index(after: colon)...]).trimmingASCIIWhitespace)
        }
        return 0
    }

    private func body(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        clock.received(bytes.count, at: .now)
        if let pipe { return pipe.take(bytes) ? 0 : Int32(CCURL_PAUSE) }
        let limits = hop.request.limits
        let count = body.count + bytes.count
        guard count <= limits.bodyBytes else {
            failure = .tooLarge(host, limit: limits.bodyBytes)
            return 1
        }
        if count > limits.ratioFreeBytes, let handle {
            let wire = max(1, Int(ccurl_transfer_wire_bytes(handle)))
            guard count / wire < limits.ratio else {
                failure = .compressionBomb(host, ratio: limits.ratio)
                return 1
            }
        }
        if let share, !share.take(bytes.count) {
            isResting = true
            clock.rest(at: .now)
            return Int32(CCURL_PAUSE)
        }
        body.append(contentsOf: bytes)
        return 0
    }

    /// Reads on, after a rest.
    func goOn() {
        guard isResting, let handle else { return }
        isResting = false
        clock.goOn(at: .now)
        _ = ccurl_transfer_resume(handle)
    }

    /// A bare connection stands: the first byte is awaited as an answer's is.
    func stand() {
        clock.sending(at: .now)
        pipe?.open(status: 0, HTTPHeaders())
    }

    /// Bytes of a bare connection, which libcurl does not report.
    func received(_ count: Int) { clock.received(count, at: .now) }

    /// When the thread must look at this transfer though nothing happened; one that nobody reads is not waited for.
    var wakeTime: ContinuousClock.Instant {
        pipe?.isFull == true ? max(clock.next, .now + .seconds(30)) : clock.next
    }

    // MARK: the end

    func passedLimit(at now: ContinuousClock.Instant) -> FetchError? {
        if pipe?.isFull == true { clock.rested(at: now) }
        switch clock.passed(at: now) {
        case nil: return nil
        case .connect:
            return FetchError(.timedOut, "\(host) did not take the connection in time; try again later.")
        case .firstByte:
            return FetchError(.timedOut, "\(host) took the request and did not answer in time; try again later.")
        case .total:
            return FetchError(.timedOut, "\(host) did not finish its answer in time; try again later.")
        case .silent: return FetchError(.timedOut, "\(host) fell silent; the stream is opened again.")
        case .slow: return FetchError(.timedOut, "\(host) answers too slowly; try again later.")
        }
    }

    /// What the transfer comes to, once libcurl is done with it.
    func result(of outcome: ccurl_outcome, now: ContinuousClock.Instant) -> Result<HopAnswer, FetchError> {
        if let failure { return .failure(failure) }
        switch outcome {
        case CCURL_DONE:
            guard (200...599).contains(status) else { return .failure(.malformed(host)) }
            // libcurl takes a head that ends in the middle for a whole answer without a body.
            guard isHeadComplete else { return .failure(.cutOff(host)) }
            return .success(
                HopAnswer(
                    status: status, headers: headers, body: body, isFromPrivateAddress: isPrivate,
                    elapsed: clock.elapsed(at: now), share: share))
        case CCURL_NO_SUCH_HOST: return .failure(.noSuchHost(host))
        case CCURL_NO_SUCH_PROXY: return .failure(.noSuchProxy(host))
        case CCURL_CANNOT_CONNECT:
            let lacked = handle.map { ccurl_transfer_lacked_descriptor($0) != 0 } ?? false
            return .failure(
                wasAddressRefused ? .privateAddress(host) : lacked ? .noDescriptor(host) : .unreachable(host))
        case CCURL_INSECURE: return .failure(.insecure(host))
        case CCURL_CUT_OFF: return .failure(.cutOff(host))
        case CCURL_MALFORMED: return .failure(.malformed(host))
        case CCURL_NOT_UNPACKED: return .failure(.notUnpacked(host))
        case CCURL_NO_DESCRIPTOR: return .failure(.noDescriptor(host))
        default: return .failure(.noAnswer(host))
        }
    }
}
