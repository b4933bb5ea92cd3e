public import Text
public import TimelineModel

/// A feed of a list of subscriptions, or a line of it that is none.
public struct ListedFeed: Hashable, Sendable {
    /// Nil for what cannot be subscribed to; `problem` says why.
    public var address: WebAddress?
    /// The name and password that stood in the address.
    public var login: FeedLogin?
    /// The user's name for it there; nil for none, or one that holds a password.
    public var title: SafeText?
    /// Folders (nested ones joined by `/`) and tags, each once.
    public var folders: [SafeText]
    /// What was not taken over: the whole entry (without `address`), or a part of it (a command).
    public var problem: SafeText?
    /// Where it stands in the file, from 1.
    public var line: Int

    public init(
        address: WebAddress?, login: FeedLogin? = nil, title: SafeText? = nil, folders: [SafeText] = [],
        problem: SafeText? = nil, line: Int
    ) {
        self.address = address
        self.login = login
        self.title = title
        self.folders = folders
        self.problem = problem
        self.line = line
    }
}

/// Lists of subscriptions of other readers. They come from others: nothing in them is ever run, followed or fetched
/// here, and only http and https addresses are taken.
public enum SubscriptionLists {
    /// OPML 1 and 2. A feed that stands in two folders comes once, with both.
    /// - Throws: `DecodingError`; `.unexpected` when it is another document.
    public static func opml(_ bytes: [UInt8]) throws(DecodingError) -> [ListedFeed] {
        guard bytes.count <= DecodingLimits.bytes else {
            throw .tooLarge(bytes: bytes.count, limit: DecodingLimits.bytes)
        }
        let tree = try MarkupTree.xml(CharacterSet.utf8(bytes, contentType: nil))
        guard let root = tree.root, root.name.lowercased() == "opml" else {
            throw .unexpected("this is no OPML document")
        }
        guard !tree.isCut else {
            throw .unexpected("it has more than \(DecodingLimits.markup) elements and attributes")
        }
        var found = Gathering()
        for part in root.elements where part.name.lowercased() == "body" {
            for outline in part.elements { found.take(outline, folders: [], depth: 1) }
        }
        return found.feeds
    }

    /// The last line of an OPML document that was cut off: its root has no end. Its feeds are read as far as they go.
    /// - Returns: nil for a document that is whole.
    public static func earlyEnd(ofOPML bytes: [UInt8]) -> Int? {
        let text = CharacterSet.utf8(bytes, contentType: nil)
        guard XMLPreparation.prepared(text).isBrokenOff else { return nil }
        return 1 + text.dropLast(text.last == 0x0A ? 1 : 0).count { $0 == 0x0A }
    }

    private struct Gathering {
        var feeds: [ListedFeed] = []
        private var places: [WebAddress: Int] = [:]

        init() {}

        mutating func take(_ node: MarkupNode, folders: [String], depth: Int) {
            guard node.name.lowercased() == "outline", depth < DecodingLimits.depth else { return }
            var attributes: [String: String] = [:]
            for attribute in node.attributes { attributes[attribute.name.lowercased()] = attribute.value }
            let label = String((attributes["title"] ?? attributes["text"] ?? "").prefix(500)).trimmingASCIIWhitespace
            let title = SubscriptionLists.title(label)
            let type = attributes["type"]?.lowercased() ?? ""
            if let raw = attributes["xmlurl"]?.trimmingASCIIWhitespace, !raw.isEmpty {
                add(raw, title: title, folders: folders, attributes: attributes, line: node.line)
            } else if type == "include" || type == "link" {
                feeds.append(
                    ListedFeed(
                        address: nil, title: title,
                        problem: "it points to another list, which is not fetched", line: node.line))
            } else if type == "rss" || type == "atom" {
                feeds.append(ListedFeed(address: nil, title: title, problem: "it has no xmlUrl", line: node.line))
            }
            let inner = attributes["xmlurl"] == nil && !label.isEmpty ? folders + [label] : folders
            for child in node.elements { take(child, folders: inner, depth: depth + 1) }
        }

        private mutating func add(
            _ raw: String, title: SafeText?, folders: [String], attributes: [String: String], line: Int
        ) {
            var names: [SafeText] = []
            if !folders.isEmpty {
                names.append(SafeText(sanitizing: folders.suffix(10).joined(separator: "/"), as: .name))
            }
            for category in (attributes["category"] ?? "").split(separator: ",").prefix(50) {
                let bare = String(category).trimmingASCIIWhitespace.drop { $0 == "/" }
                let name = SafeText(sanitizing: String(bare), as: .name)
                if !name.isEmpty, !names.contains(name) { names.append(name) }
            }
            let (read, login) = SubscriptionLists.address(raw)
            guard let address = read else {
                feeds.append(
                    ListedFeed(
                        address: nil, title: title, folders: names, problem: SubscriptionLists.refusal(raw), line: line)
                )
                return
            }
            // newsboat keeps commands in its own attributes.
            let hasCommand = attributes.keys.contains { $0.holds("cmd") || $0.holds("filter") || $0 == "exec" }
            if let place = places[address] {
                for name in names where !feeds[place].folders.contains(name) { feeds[place].folders.append(name) }
                return
            }
            places[address] = feeds.count
            feeds.append(
                ListedFeed(
                    address: address, login: login, title: title, folders: names,
                    problem: hasCommand ? "its command was left out; the feed itself was taken" : nil, line: line))
        }
    }

    /// The address of a feed, and the name and password that stand in it.
    fileprivate static func address(_ raw: String) -> (WebAddress?, FeedLogin?) {
        if let (address, login) = FeedLogin.split(raw.trimmingASCIIWhitespace) { return (address, login) }
        guard let address = References.absolute(raw) else { return (nil, nil) }
        // `name:12/3@host`: a password that looks like a port and a path.
        let mayBePassword = address.port != nil && !address.host.contains(".") && !address.isLoopback
        return mayBePassword && address.text.contains("@") ? (nil, nil) : (address, nil)
    }

    /// What a feed is called; nil for a name of nothing that is seen, and for an address that has a password in it.
    fileprivate static func title(_ text: String) -> SafeText? {
        guard FeedLogin.split(text) == nil else { return nil }
        let title = SafeText(sanitizing: text)
        return title.string.contains { !$0.isWhitespace } ? title : nil
    }

    /// Why an address is not taken. The address itself is shown, sanitized and without a password, so that the entry can
    /// be found.
    fileprivate static func refusal(_ raw: String) -> SafeText {
        let shown = SafeText(sanitizing: FeedLogin.hidden(in: raw)).prefix(80)
        switch References.scheme(of: raw) {
        case "exec", "filter": return "commands are not run: \(shown)"
        case "query": return "query feeds are not taken over: \(shown)"
        case nil where raw.hasPrefix("|"): return "commands are not run: \(shown)"
        case nil: return "this is no address: \(shown)"
        case "http", "https": return "this address cannot be used: \(shown)"
        case let scheme?:
            return "\(SafeText(sanitizing: scheme, as: .name)): is not fetched, only http and https: \(shown)"
        }
    }

    // MARK: newsboat

    /// newsboat's `urls` file: an address, then tags; `~title` names the feed, a tag `!` only hides it there.
    /// `query:`, `exec:` and `filter:` lines are reported. Never fails: a line that cannot be read is reported too.
    public static func newsboatURLs(_ bytes: [UInt8]) -> [ListedFeed] {
        let text = String(decoding: CharacterSet.utf8(bytes, contentType: nil), as: UTF8.self)
        var feeds: [ListedFeed] = []
        var places: [WebAddress: Int] = [:]
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let words = words(of: line)
            guard let first = words.first else { continue }
            let (address, login) = address(first)
            var feed = ListedFeed(address: address, login: login, line: index + 1)
            if feed.address == nil { feed.problem = refusal(first) }
            for word in words.dropFirst().prefix(50) where word != "!" {
                if word.hasPrefix("~") || word.hasPrefix("!~") {
                    feed.title = title(String(word.drop { $0 == "!" || $0 == "~" })) ?? feed.title
                } else {
                    let tag = SafeText(sanitizing: word, as: .name)
                    if !tag.isEmpty, !feed.folders.contains(tag) { feed.folders.append(tag) }
                }
            }
            if let address = feed.address, let place = places[address] {
                for name in feed.folders where !feeds[place].folders.contains(name) {
                    feeds[place].folders.append(name)
                }
                continue
            }
            if let address = feed.address { places[address] = feeds.count }
            feeds.append(feed)
        }
        return feeds
    }

    /// Words by blanks; quoted ones keep theirs and know `\"` and `\\`; `#` before a word ends the line.
    private static func words(of line: Substring) -> [String] {
        var words: [String] = []
        var rest = line.drop { $0.isWhitespace }
        while let first = rest.first, first != "#" {
            var word = ""
            if first == "\"" {
                rest = rest.dropFirst()
                while let letter = rest.first, letter != "\"" {
                    rest = rest.dropFirst()
                    if letter == "\\", let escaped = rest.first {
                        word.append(escaped)
                        rest = rest.dropFirst()
                    } else {
                        word.append(letter)
                    }
                }
                rest = rest.dropFirst()
            } else {
                word = String(rest.prefix { !$0.isWhitespace })
                rest = rest.drop { !$0.isWhitespace }
            }
            if !word.isEmpty { words.append(word) }
            rest = rest.drop { $0.isWhitespace }
        }
        return words
    }
}
