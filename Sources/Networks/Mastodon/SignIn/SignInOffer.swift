import Decoding
public import TimelineModel

/// What a server lets a program ask for, as far as it says.
public struct SignInOffer: Hashable, Sendable {
    /// The document lists challenges and the one that is safe is not among them.
    public var refusesChallenge = false
    /// The scopes that it knows; nil when it does not say.
    var scopes: [String]?
    /// The server's program, lower case; nil when it is not known.
    var software: String?

    /// The smallest rights for reading.
    /// - Parameter syncsPosition: adds the one for keeping the reading position on the server, which lets a program
    ///   post as well: there is none for that alone (docs.joinmastodon.org/methods/markers).
    public func scopes(syncsPosition: Bool) -> Scopes {
        switch software {
        // It knows no scope but the widest ones, and keeps no position.
        case "pixelfed": return Scopes(["read"])
        // Its stream is open to holders of the whole scope alone.
        case "gotosocial": return Scopes(["read"] + (syncsPosition ? ["write:statuses"] : []))
        default: break
        }
        // The narrower `profile` says who signed in, but a token without `read:accounts` may not look anybody up
        // (mastodon/app/controllers/api/v1/accounts/lookup_controller.rb).
        let wanted = Scopes(
            [
                "read:accounts", "read:statuses", "read:lists", "read:notifications", "read:bookmarks",
                "read:favourites", "read:filters", "read:follows",
            ] + (syncsPosition ? ["write:statuses"] : []))
        guard let scopes else { return wanted }
        let offered = Scopes(wanted.names.filter(Scopes(scopes).allows))
        // A list without the right to read posts is no list of what can be asked for.
        return offered.allows("read:statuses") ? offered : wanted
    }

    /// Smaller wishes for a server that refuses to register these, the next best first: what reading cannot do
    /// without, then what servers knew before their rights were divided.
    static func fallbacks(of scopes: Scopes) -> [Scopes] {
        let writes = scopes.names.filter { $0.hasPrefix("write") }
        let few = Scopes(["read:accounts", "read:statuses"] + writes)
        return [few, Scopes(["read"] + (writes.isEmpty ? [] : ["write"]))].filter { $0 != scopes }
    }
}
