import TimelineModel

/// A source of a signed-in account, on a server whose tokens may expire: a new token is asked for when the old one is
/// about to end, and when it is refused, the page then once more.
struct RenewingSource: TimelineSource {
    let source: any TimelineSource
    let account: AccountName
    let token: @Sendable (AccountName) throws(FetchError) -> Secret?
    let isEnding: @Sendable (AccountName) -> Bool
    let renew: SourceFactory.Renewal

    func page(_ request: PageRequest) async throws(FetchError) -> Page {
        if isEnding(account), let old = try token(account) {
            // What stands in the way will do so again, and be told, when the server refuses the old one.
            _ = try? await renew(account, old)
        }
        let used = try token(account)
        do throws(FetchError) {
            return try await source.page(request)
        } catch {
            guard error.kind == .unauthorized, let used, try await renew(account, used) else { throw error }
            return try await source.page(request)
        }
    }
}
