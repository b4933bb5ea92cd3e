import Networks
import Samples
import Text
import TimelineModel

/// Answers requests from the samples, through the same interface as the network.
struct SampleTransport: HTTPTransport {
    private let seed: UInt64
    private let isStill: Bool
    private let start = SystemClock.now()

    init(seed: UInt64, isStill: Bool) {
        self.seed = seed
        self.isStill = isStill
    }

    func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        let now = SystemClock.now()
        let elapsed = isStill ? 0 : Int(now.seconds(since: start))
        let answer = Samples.answer(
            for: request.address.text, now: start.milliseconds / 1000 + Int64(elapsed), elapsed: elapsed, seed: seed)
        guard let answer else {
            throw FetchError(.notFound, "The demo has no network; its own sources are all there is.", status: 404)
        }
        var headers = HTTPHeaders()
        headers.add("Content-Type", answer.contentType)
        for header in answer.headers { headers.add(header.name, header.value) }
        return HTTPResponse(
            status: answer.status, headers: headers, body: answer.body, finalAddress: request.address, redirects: [],
            receivedAt: now)
    }
}
