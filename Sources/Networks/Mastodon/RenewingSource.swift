import TimelineModel

/// A source of a signed-in account, on a server whose tokens may expire: when the token is refused, a new one is asked
/// for and the page once more.
struct RenewingSource: TimelineSource {
    let source: any TimelineSource
    let account: AccountName
    let token: @Sendable (AccountName) -> Secret?
    let renew: SourceFactory.Renewal

    func page(_ request: PageRequest) async throws(FetchError) -> Page {
        let used = token(account)
        do throws(FetchError) {
            return try await source.page(request)
        } catch {
            guard error.kind == .unauthorized, let used, try await renew(account, used) else { throw error }
            return try await source.page(request)
        }
    }
}
