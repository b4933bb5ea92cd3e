import Glibc
import Store
import Text
import TimelineModel

/// Fetches and marks for ever, and says each mark after the store took it. Started with the store's path and a number
/// that makes its posts its own.
///
/// Or, started with a path, `open` and a number: opens the store once, and is killed by the first byte that it writes
/// farther into any file.
@main
struct StoreVictim {
    static func main() throws {
        if CommandLine.arguments.count == 4, let bytes = rlim_t(CommandLine.arguments[3]) {
            var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
            signal(SIGXFSZ, SIG_DFL)
            // The thread that started it may hold all signals back.
            var held = sigset_t()
            sigemptyset(&held)
            sigprocmask(SIG_SETMASK, &held, nil)
            guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(71) }
            // A killed process is what is wanted, not a picture of it.
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
            _ = try PostStore.open(at: CommandLine.arguments[1], now: Timestamp(seconds: 1_793_534_400))
            exit(0)
        }
        guard CommandLine.arguments.count == 3, let round = Int(CommandLine.arguments[2]),
            let feed = WebAddress("http://127.0.0.1:9/feed.xml")
        else { exit(64) }
        let now = Timestamp(seconds: 1_793_534_400)
        let subscription = Subscription(persona: "news", address: .feed(feed))
        let store = try PostStore.open(at: CommandLine.arguments[1], now: now).store
        try store.adopt(
            personas: [Persona(id: "news", key: 1)], subscriptions: [subscription], filters: [], ownHandles: [],
            zone: .utc, now: now)
        var number = 0
        while true {
            var page = Page()
            for _ in 0..<3 {
                number += 1
                let key = "\(round)-\(number)"
                page.items.append(
                    PageItem(
                        post: Post(
                            id: PostID("feed:x:\(key)"), remoteID: key, network: .feed, kind: .article,
                            author: Author(name: "Feed"), title: "Title \(number)", published: now),
                        sighting: Sighting(entryID: key)))
            }
            _ = try store.ingest(
                [FetchedPage(source: subscription.source, stretch: .newest, page: page, fetchedAt: now)], now: now)
            for item in page.items.prefix(2) {
                _ = try store.mark(.read, .posts([item.post.id]), at: now)
                // Unbuffered: what was said was said.
                let line = Array("\(item.post.id.key)\n".utf8)
                guard write(STDOUT_FILENO, line, line.count) == line.count else { exit(74) }
            }
        }
    }
}
