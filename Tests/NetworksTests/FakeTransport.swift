import Networks
import Synchronization
import TimelineModel

/// A transport without a network: answers by a function, and remembers the requests.
final class FakeTransport: HTTPTransport {
    private let log = Mutex<[HTTPRequest]>([])
    private let answer: @Sendable (HTTPRequest, Int) throws(FetchError) -> HTTPResponse

    /// - Parameter answer: is given the request and how many came before it.
    init(_ answer: @escaping @Sendable (HTTPRequest, Int) throws(FetchError) -> HTTPResponse) {
        self.answer = answer
    }

    var requests: [HTTPRequest] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        let before = log.withLock { log in
            log.append(request)
            return log.count - 1
        }
        return try answer(request, before)
    }
}

extension HTTPResponse {
    /// An answer to a request, at the moment 0.
    static func to(
        _ request: HTTPRequest, _ status: Int = 200, _ headers: HTTPHeaders = [:], _ body: String = "",
        redirects: [HTTPResponse.Redirect] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers, body: Array(body.utf8),
            finalAddress: redirects.last?.address ?? request.address, redirects: redirects,
            receivedAt: Timestamp(seconds: 0))
    }
}

func address(_ text: String) -> WebAddress { WebAddress(text)! }

/// The error that an action throws; nil when it succeeds.
func failure(of action: () async throws(FetchError) -> Void) async -> FetchError? {
    do throws(FetchError) {
        try await action()
        return nil
    } catch {
        return error
    }
}
