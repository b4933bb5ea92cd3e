import Networks
import Settings
import Synchronization
import TimelineModel

/// The names and passwords of feeds, read from the credentials file whenever that is another one.
final class FeedLogins: Sendable {
    private struct Known {
        var stamp: FileStamp?
        var logins: Result<[SourceID: FeedLogin], FetchError> = .success([:])
    }

    private let credentials: Credentials
    private let known = Mutex(Known())

    init(credentials: Credentials) { self.credentials = credentials }

    /// - Throws: `.unauthorized` when the file cannot be read: nobody knows then which feeds need a password.
    func login(of feed: SourceID) throws(FetchError) -> FeedLogin? {
        let stamp = credentials.stamp
        let logins = known.withLock { known in
            if known.stamp != stamp { known = Known(stamp: stamp, logins: read()) }
            return known.logins
        }
        return try logins.get()[feed]
    }

    private func read() -> Result<[SourceID: FeedLogin], FetchError> {
        do throws(FileTrouble) {
            return .success(try credentials.logins())
        } catch {
            return .failure(FetchError(.unauthorized, error.shown))
        }
    }
}
