import Text
import TimelineModel

/// Where a post stands in the tree of a thread.
struct ThreadBranch: Hashable, Sendable {
    /// Forks above it: an only answer stands under its parent without a step to the right.
    var depth = 0
    /// Bit n: below it, another answer follows at the fork of depth n.
    var continues: UInt32 = 0
    /// The only answer to the post above it.
    var isOnlyAnswer = false
    var answers = 0
    /// It answers a post that the server did not give.
    var isOrphan = false

    /// Forks that are drawn at most; what is deeper stands at the last one, each naming whom it answers.
    static let deepest = 8

    /// Forks that fit into so many columns of text.
    static func deepest(columns: Int) -> Int { min(deepest, max(1, (columns - 30) / 3)) }

    func follows(at level: Int) -> Bool { level < 32 && continues & (1 << UInt32(level)) != 0 }

    /// The lines at the left of a post's first row and of the others.
    /// - Parameter below: the depth of the entry below it; nil at the end.
    func stems(deepest: Int, below: Int?) -> (first: SafeText, others: SafeText) {
        let drawn = min(depth, deepest)
        var stem: SafeText = ""
        for level in stride(from: 1, to: drawn, by: 1) { stem += follows(at: level) ? "│  " : "   " }
        var first = stem
        if drawn > 0 {
            // What is too deep to be drawn follows there as if it were at this fork.
            let goesOn = follows(at: drawn) || (drawn == deepest && (below ?? 0) > deepest)
            first += isOnlyAnswer && depth <= deepest ? (goesOn ? "│  " : "   ") : (goesOn ? "├─ " : "└─ ")
            stem += goesOn ? "│  " : "   "
        }
        let hasStem = answers > 0 && (depth < deepest || (depth == deepest && answers == 1))
        return (first, stem + (hasStem ? "│ " : ""))
    }
}

/// A conversation as a tree, its rows from top to bottom.
enum ThreadTree {
    /// Entries in the order of the screen: an answer below what it answers. Every post of the conversation is among
    /// them, whatever its parents: what answers a post that is not there stands below the opened post, and says so.
    /// - Parameter isComplete: the server answered, so what is missing is missing.
    static func entries(of conversation: Conversation, isComplete: Bool) -> [VisitEntry] {
        var nodes: [FoundPost] = []
        var numbers: [PostID: Int] = [:]
        let all = conversation.ancestors + [conversation.opened] + conversation.descendants
        for post in all where numbers[post.post.id] == nil {
            numbers[post.post.id] = nodes.count
            nodes.append(post)
        }
        let places = Dictionary(
            nodes.enumerated().compactMap { number, node in node.place.map { ($0.id, number) } },
            uniquingKeysWith: { first, _ in first })
        let opened = numbers[conversation.opened.post.id] ?? 0
        var children: [[Int]] = Array(repeating: [], count: nodes.count)
        var roots: [Int] = []
        var orphans: Set<Int> = []
        for (number, node) in nodes.enumerated() {
            if let parent = node.post.replyTo.flatMap({ places[$0.remoteID] }), parent != number {
                children[parent].append(number)
            } else if number > opened, node.post.replyTo != nil {
                children[opened].append(number)
                orphans.insert(number)
            } else {
                roots.append(number)
            }
        }
        var entries: [VisitEntry] = []
        var isPlaced = Array(repeating: false, count: nodes.count)
        func grow(from root: Int) {
            let post = nodes[root].post
            if post.replyTo != nil {
                let note: SafeText = isComplete ? Self.missing : "above: what this answers is not here yet"
                entries.append(VisitEntry(.note(note), place: .note(post.id)))
            }
            var waiting = [(number: root, branch: ThreadBranch())]
            while let (number, place) = waiting.popLast() {
                guard !isPlaced[number] else { continue }
                isPlaced[number] = true
                var branch = place
                let answers = children[number]
                branch.answers = answers.count
                branch.isOrphan = orphans.contains(number)
                entries.append(VisitEntry(nodes[number], branch: branch))
                for (order, answer) in answers.enumerated().reversed() {
                    var below = ThreadBranch(depth: branch.depth, continues: branch.continues)
                    below.isOnlyAnswer = answers.count == 1
                    if answers.count > 1 {
                        below.depth += 1
                        if below.depth < 32 {
                            let bit: UInt32 = 1 << UInt32(below.depth)
                            below.continues = order < answers.count - 1 ? below.continues | bit : below.continues & ~bit
                        }
                    }
                    waiting.append((answer, below))
                }
            }
        }
        for root in roots { grow(from: root) }
        // Posts that answer one another in a circle have no root.
        for number in nodes.indices where !isPlaced[number] { grow(from: number) }
        return entries
    }

    static let missing: SafeText = "a post that is not here: deleted, or not shown to you"
}
