import Decoding
import Text
public import TimelineModel

/// What an account's server keeps for it beside timelines: reading positions and filters. What a server turned out not
/// to have is not asked for again while the program runs.
public struct AccountClient: Sendable {
    public let account: AccountName
    let client: MastodonClient
    let token: @Sendable (AccountName) throws(FetchError) -> Secret?
    let knowledge: MastodonKnowledge

    /// What some servers lack.
    enum Feature: Hashable { case markers, filters, filtersOfOld }

    /// The reading positions of all the account's programs.
    /// - Returns: nil when the server has no such thing.
    /// - Throws: `FetchError`; nothing is retried here.
    public func markers() async throws(FetchError) -> ReadingMarkers? {
        try await ask(.markers, for: .markers) { bytes throws(DecodingError) in try MastodonDecoder.markers(bytes) }
    }

    /// The account's filters; none may be there.
    /// - Returns: nil when the server has no such thing.
    /// - Throws: `FetchError`; nothing is retried here.
    public func filters() async throws(FetchError) -> [ServerFilter]? {
        let filters = try await ask(.filters, for: .filters) { bytes throws(DecodingError) in
            try MastodonDecoder.filters(bytes)
        }
        if let filters { return filters }
        // Pleroma has the first version alone.
        return try await ask(.filtersOfOld, for: .filtersOfOld) { bytes throws(DecodingError) in
            try MastodonDecoder.filtersOfOld(bytes)
        }
    }

    /// Sets the reading position of the home timeline, also backwards: whoever calls compares before.
    /// - Parameter id: an entry's, the outer one of a boost.
    /// - Returns: false when another program set one at the same moment (409): what is there now must be looked at first.
    ///   Nil when the server has no such thing.
    /// - Throws: `FetchError`; `.forbidden` when the sign-in may only read. Nothing is retried here.
    public func setHomeMarker(_ id: String) async throws(FetchError) -> Bool? {
        guard knowledge.mayHave(.markers, client.server) else { return nil }
        guard let address = MastodonEndpoint.markers.bareAddress(on: client.server) else { return nil }
        var request = HTTPRequest(
            .post, address,
            headers: ["Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"],
            body: Array(FormBody.spelled([("home[last_read_id]", id)]).utf8),
            authorization: .token(try account.secret(token)))
        // A redirect would be followed without what is sent.
        request.limits.redirects = 0
        request.limits.bodyBytes = 1 << 18
        let answer = try await client.transport.send(request)
        if answer.status == 409 { return false }
        if isMissing(answer.status) {
            knowledge.lacks(.markers, client.server)
            return nil
        }
        if let refusal = client.refusal(of: answer, .markers, isSignedIn: true) { throw refusal }
        return true
    }

    private func ask<Value>(
        _ endpoint: MastodonEndpoint, for feature: Feature, read: ([UInt8]) throws(DecodingError) -> Value
    ) async throws(FetchError) -> Value? {
        guard knowledge.mayHave(feature, client.server) else { return nil }
        let answer: HTTPResponse
        do throws(FetchError) {
            answer = try await client.call(endpoint, token: try account.secret(token))
        } catch {
            guard let status = error.status, isMissing(status) else { throw error }
            knowledge.lacks(feature, client.server)
            return nil
        }
        do throws(DecodingError) {
            return try read(answer.body)
        } catch {
            knowledge.lacks(feature, client.server)
            return nil
        }
    }

    private func isMissing(_ status: Int) -> Bool { [404, 405, 410, 501].contains(status) }
}
