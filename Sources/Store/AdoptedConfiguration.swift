import Synchronization
import Text
import TimelineModel

/// The configuration as the store last adopted it, with the rows it has there. Shared by all copies of a store.
final class AdoptedConfiguration: Sendable {
    struct Content: Sendable {
        var personas: [PersonaID] = []
        var subscriptions: [Subscription] = []
        /// The user's own, then those of his accounts' servers.
        var filters: [PersonaID: [Filter]] = [:]
        var serverFilters: [AccountName: [ServerFilter]] = [:]
        var ownHandles: [SafeText] = []
        var zone: ZoneOffsets = .utc
        var personaRows: [PersonaID: Int64] = [:]
        var sourceRows: [SourceID: Int64] = [:]
        /// By the source's row: what the persona calls it.
        var subscribers: [Int64: [Subscriber]] = [:]
        var sourcesOfRow: [Int64: SourceID] = [:]
        var personasOfRow: [Int64: PersonaID] = [:]
        var addresses: [Int64: SourceAddress] = [:]
        /// By the source's row: seconds, the shortest that a persona asked for.
        var intervals: [Int64: Int] = [:]
        /// Handles folded for the comparison with mentions.
        var foldedOwnHandles: Set<String> = []

        /// Whether one of the post's mentions is the user's own account.
        func mentionsUser(_ post: Post) -> Bool {
            guard !foldedOwnHandles.isEmpty else { return false }
            return post.mentions.contains { foldedOwnHandles.contains($0.handle.string.lowercased()) }
        }
    }

    struct Subscriber: Sendable {
        var persona: PersonaID
        var row: Int64
        var name: SafeText?
    }

    private let content = Mutex(Content())

    var current: Content { content.withLock { $0 } }

    func replace(by new: Content) { content.withLock { $0 = new } }
}
