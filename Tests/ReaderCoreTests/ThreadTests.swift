import Cells
import Expectations
import TestSupport
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// The tree of a thread: who stands below whom, whatever the server left out.
@Suite struct ThreadTreeTests {
    /// Posts as `name<parent`, the opened one as `*name`; answers names with their depth, and `-` for a missing parent.
    private func tree(_ text: String) -> String {
        var all: [FoundPost] = []
        var opened = 0
        for (number, word) in text.split(separator: " ").enumerated() {
            let parts = word.split(separator: "<").map(String.init)
            if word.hasPrefix("*") { opened = number }
            all.append(Sample.found(parts[0].filter { $0 != "*" }, answers: parts.count > 1 ? parts[1] : nil))
        }
        let conversation = Conversation(
            opened: all[opened], ancestors: Array(all[..<opened]), descendants: Array(all[(opened + 1)...]))
        return ThreadTree.entries(of: conversation, isComplete: true).map { entry in
            guard case .post(let found) = entry.content, let branch = entry.branch else { return "-" }
            return found.post.remoteID + "\(branch.depth)" + (branch.isOrphan ? "?" : "")
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("*a", "a0"),
        ("*a b<a", "a0 b0"),
        ("*a b<a c<a", "a0 b1 c1"),
        ("r *a<r b<a c<b", "r0 a0 b0 c0"),
        // Answers stand below what they answer, in whatever order they came.
        ("*a c<b d<a b<a", "a0 d1 b1 c1"),
        // Its parent is not here: a line says so.
        ("*a<gone b<a", "- a0 b0"),
        ("r x<gone *a<x b<a", "r0 - x0 a0 b0"),
        // An answer to a post that is not here stands below the opened one.
        ("*a b<a c<gone", "a0 b1 c1?"),
        // Twice the same, and answers in a circle.
        ("*a b<a b<a", "a0 b0"),
        ("*a b<c c<b", "a0 - b0 c0"),
        ("*a<a b<a", "- a0 b0"),
    ]) func standsBelowWhatItAnswers(_ posts: String, _ expected: String) {
        expect(tree(posts), is: expected)
    }

    @Test func everyPostIsThereOnceWhateverAnswersWhat() {
        for seed in 0..<200 as Range<UInt64> {
            // Given
            var random = SeededRandom(seed: seed)
            let count = Int.random(in: 1...60, using: &random)
            let posts = (0..<count).map { number in
                let parent = random.once(in: 9) ? nil : "p\(Int.random(in: 0...count + 2, using: &random))"
                return Sample.found("p\(number)", answers: parent)
            }
            let opened = Int.random(in: 0..<count, using: &random)
            // When
            let entries = ThreadTree.entries(
                of: Conversation(
                    opened: posts[opened], ancestors: Array(posts[..<opened]),
                    descendants: Array(posts[(opened + 1)...])),
                isComplete: true)
            // Then
            let shown = entries.compactMap { entry -> PostID? in
                if case .post(let found) = entry.content { found.post.id } else { nil }
            }
            expect(shown.count, is: count, "seed \(seed)")
            expect(Set(shown), is: Set(posts.map(\.post.id)), "seed \(seed)")
            expect(Set(entries.map(\.place)).count, is: entries.count, "seed \(seed)")
        }
    }

    @Test func aDeepThreadStaysWithinItsColumns() {
        // Given: forty forks one below the other, each with a second answer.
        var descendants: [FoundPost] = []
        for level in 1...40 {
            let parent = level == 1 ? "root" : "n\(level - 1)"
            descendants.append(Sample.found("n\(level)", answers: parent))
            descendants.append(Sample.found("m\(level)", answers: parent))
        }
        let entries = ThreadTree.entries(
            of: Conversation(opened: Sample.found("root"), descendants: descendants), isComplete: true)
        // Then
        for deepest in 1...ThreadBranch.deepest {
            for (number, entry) in entries.enumerated() {
                let below = entries.indices.contains(number + 1) ? entries[number + 1].branch?.depth : nil
                let stems = entry.branch?.stems(deepest: deepest, below: below)
                #expect((stems?.first.string.count ?? 0) <= 3 * deepest)
                #expect((stems?.others.string.count ?? 0) <= 3 * deepest + 2)
            }
        }
        expect(entries.count, is: 81)
    }

    @Test func aThreadOfThousandsLaysOutOnlyWhatIsOnTheScreen() {
        let descendants = (0..<4000).map { Sample.found("d\($0)", answers: $0 % 3 == 0 ? "root" : "d\($0 - 1)") }
        let conversation = Conversation(opened: Sample.found("root"), descendants: descendants)
        var store = Sample.store(1)
        let post = PostReference(Sample.id("p0"))
        store.visits = [Visit.Request(.thread(post)): .thread(conversation)]
        var robot = Robot(store)
        robot.press("t", "G")
        #expect(robot.footer.contains("4,002 of 4,002"))
        let visible = robot.state.visits[0]
        let list = Rect(x: 0, y: 2, width: 80, height: 21)
        #expect(robot.state.scroll(of: visible, in: list).visible().count <= 21)
    }
}

/// Opening, reading and leaving a thread, an author, a hashtag and versions.
@Suite struct VisitTests {
    private func robot(_ change: (inout FakeStore) -> Void = { _ in }, size: Size = Size(width: 80, height: 24))
        -> Robot
    {
        var store = Sample.mockUpWithServers()
        change(&store)
        var robot = Robot(store, size: size)
        robot.press("2")
        return robot
    }

    private func opened(_ robot: Robot) -> String? {
        robot.state.visits.last?.selectedPost?.post.remoteID
    }

    @Test(arguments: ["q", "Esc", "t"]) func leavingAThreadShowsWhatWasThereBefore(_ key: String) {
        var robot = robot()
        robot.press("Enter", "j")
        let before = (robot.screen, robot.state.text.scroll, robot.pane)
        robot.press("t")
        #expect(robot.screen.contains("Quelqu’un a lu l’arrêt d’hier ?"))
        expect(opened(robot), is: "aubry")
        robot.press("j", "j", "k", "k", key)
        #expect(robot.state.visits.isEmpty)
        expect(robot.screen, is: before.0)
        expect(robot.state.text.scroll, is: before.1)
        expect(robot.pane, is: before.2)
    }

    @Test func postsThatArriveMeanwhileDoNotMoveWhatWasLeft() {
        var robot = robot(size: Size(width: 120, height: 40))
        robot.press("j", "j")
        let row = robot.state.selectedRow(of: 1)
        let selected = robot.selected
        robot.press("t")
        robot.arrive([Sample.post("fresh", at: Sample.now, by: "Ana", "New")], in: "pro")
        robot.press("q")
        expect(robot.selected, is: selected)
        expect(robot.state.selectedRow(of: 1), is: row)
    }

    @Test func theAnswerCompletesTheThreadWithoutMovingTheSelectedPost() throws {
        // Given: the store knows the post and one above it.
        var robot = robot()
        robot.holdsAnswers = true
        robot.press("t")
        let generation = robot.state.generation
        let known = Conversation(opened: Sample.aubryThread.opened, ancestors: Sample.aubryThread.ancestors)
        robot.send(.visitAnswered(.known(known), generation: generation))
        #expect(robot.screen.contains("loading") && robot.screen.contains("Léa Marchand"))
        let row = try #require(robot.state.visitRow(0))
        // When: the server has much more above it.
        var thread = Sample.aubryThread
        for number in 0..<30 {
            let parent = number == 0 ? nil : "above\(number - 1)"
            thread.ancestors.insert(Sample.found("above\(number)", answers: parent), at: number)
        }
        thread.ancestors[30].post.replyTo = ReplyReference(remoteID: "above29")
        robot.send(.visitAnswered(.thread(thread), generation: generation))
        // Then
        expect(robot.state.visitRow(0), is: row)
        expect(opened(robot), is: "aubry")
        #expect(robot.screen.contains("↑ 31 above") && !robot.screen.contains("loading"))
        robot.press("gg")
        expect(opened(robot), is: "above0")
    }

    @Test func whoeverGoesOnForEverDoesNotFillTheMemory() {
        var robot = robot()
        robot.holdsAnswers = true
        for number in 0..<40 {
            _ = robot.state.openTag("tag\(number)", via: PostReference(Sample.aubryThread.opened.post.id))
            let posts = (0..<900).map { Sample.found("\(number) \($0)") }
            robot.send(.visitAnswered(.posts(FoundPosts(posts: posts)), generation: robot.state.generation))
        }
        #expect(
            robot.state.visits.reduce(0) { $0 + $1.entries.count } <= 20_900,
            "the last page came after the others were counted")
        #expect(robot.screen.contains("tag39"))
        for _ in 0..<40 { robot.press("q") }
        #expect(robot.state.visits.isEmpty)
    }

    @Test func anAnswerToWhatWasLeftIsDropped() {
        var robot = robot()
        robot.holdsAnswers = true
        robot.press("t")
        let old = robot.state.generation
        robot.press("q", "t")
        robot.send(.visitAnswered(.thread(Sample.aubryThread), generation: old))
        expect(robot.state.visits.map(\.isComplete), is: [false])
        robot.send(.visitFailed("late", generation: old))
        expect(robot.state.visits[0].failure, is: nil)
    }

    @Test func anotherPostOfAThreadHasAThreadOfItsOwn() {
        var robot = robot()
        robot.press("t", "gg")
        let root = opened(robot)
        robot.press("t")
        expect(robot.state.visits.count, is: 2)
        expect(opened(robot), is: root)
        robot.press("q", "q")
        #expect(robot.state.visits.isEmpty)
    }

    @Test func aMarkInAThreadThatFailedIsTakenBackThere() {
        var robot = robot { $0.failsToMark = true }
        robot.press("t", "m")
        #expect(robot.footer.contains("The disk is full"))
        expect(robot.state.visits[0].selectedPost?.isRead, is: false)
        expect(robot.pane.selectedPost?.isRead, is: false)
    }

    @Test func marksInAThreadAreThoseOfThePost() {
        var robot = robot()
        robot.press("t")
        let effects = robot.effects { $0.press("m") }
        expect(effects, is: [.mark(.read, .posts([Sample.id("aubry")]))])
        expect(robot.pane.selectedPost?.isRead, is: true, "the same post in its pane")
        robot.press("u")
        expect(robot.state.visits[0].selectedPost?.isRead, is: false)
        robot.press("s")
        expect(robot.state.visits[0].selectedPost?.isStarred, is: true)
        expect(robot.pane.selectedPost?.isStarred, is: true)
    }

    @Test func aMarkSetWhileTheAnswerIsUnderWayStays() {
        var robot = robot()
        robot.holdsAnswers = true
        robot.press("t")
        let generation = robot.state.generation
        robot.send(.visitAnswered(.known(Conversation(opened: Sample.aubryThread.opened)), generation: generation))
        robot.press("m")
        robot.send(.visitAnswered(.thread(Sample.aubryThread), generation: generation))
        expect(robot.state.visits[0].selectedPost?.isRead, is: true)
    }

    @Test func spaceReadsOnToTheEndAndMarks() {
        var robot = robot()
        robot.press("t", "gg")
        for _ in 0..<30 { robot.press("Space") }
        #expect(robot.footer.contains("Nothing unread below"))
        let unread = robot.state.visits[0].entries.filter { entry in
            if case .post(let post) = entry.content { !post.isRead } else { false }
        }
        #expect(unread.isEmpty)
    }

    @Test func theTextOfAPostOpensAndCloses() {
        var robot = robot()
        robot.press("t", "G", "Enter")
        expect(robot.state.context, is: .post)
        #expect(robot.screen.contains("@ana@mastodon.example") && robot.screen.contains("courriers"))
        expect(robot.state.visits[0].selectedPost?.isRead, is: true, "opening marks")
        robot.press("K")
        expect(opened(robot), is: "orphan")
        #expect(robot.screen.contains("image: A chart"))
        robot.press("q")
        expect(robot.state.context, is: .thread)
        expect(robot.state.visits.count, is: 1)
    }

    @Test func aFailureIsALineAndAPointAsksAgain() {
        var robot = robot { $0.visits = [:] }
        robot.press("t")
        let generation = robot.state.generation
        robot.send(.visitFailed("mastodon.social cannot be reached", generation: generation))
        #expect(robot.footer.contains("mastodon.social cannot be reached"))
        robot.press("j")
        #expect(robot.screen.contains("press . to try again"))
        let effects = robot.effects { $0.press(".") }
        expect(
            effects, is: [.visit(Visit.Request(.thread(PostReference(Sample.id("aubry")))), generation: generation + 1)]
        )
        #expect(!robot.screen.contains("tries again"))
    }

    @Test func interruptingStopsWaiting() {
        var robot = robot { $0.visits = [:] }
        robot.press("t")
        let generation = robot.state.generation
        robot.press("^C")
        #expect(robot.footer.contains("Interrupted") && !robot.screen.contains("loading"))
        robot.send(.visitAnswered(.thread(Sample.aubryThread), generation: generation))
        #expect(!robot.screen.contains("Tom Weber"))
        robot.press("^C")
        #expect(robot.footer.contains("Q quits"))
    }

    @Test func theThreadOfANoticeIsThatOfThePostItTellsOf() throws {
        // Given
        let account = try #require(AccountName("@me@mastodon.example"))
        let notice = PostID.notice(of: account, key: "33")
        var store = Sample.store(0)
        let summary = PostSummary(
            id: notice, key: EntryKey(sortTime: Sample.now, id: notice), authorName: "Léa", title: "boosted your post")
        store.add([.post(summary)], to: "main")
        store.visits = [Visit.Request(.thread(PostReference(notice))): .thread(Sample.aubryThread)]
        var robot = Robot(store)
        // When
        robot.press("t")
        // Then
        expect(robot.state.visits[0].selectedPost?.post.id, is: Sample.id("aubry"))
        #expect(robot.screen.contains("opened from here"))
        robot.press("q")
        expect(robot.pane.selectedPost?.id, is: notice)
    }

    @Test func anEntryOfAFeedHasAnAuthorButNoThread() {
        let feed = PostID.feedEntry(feed: Sample.lemonde.id, key: "x")
        var store = Sample.store(0)
        let entry = TimelineEntry.post(
            PostSummary(id: feed, key: EntryKey(sortTime: Sample.now, id: feed), authorName: "Le Monde"))
        store.add([entry], to: "main")
        var robot = Robot(store)
        #expect(robot.effects { $0.press("t") }.isEmpty)
        #expect(robot.footer.contains("An entry of a feed has no thread"))
        #expect(robot.effects { $0.press("H") }.isEmpty)
        let effects = robot.effects { $0.press("a") }
        expect(
            effects, is: [.visit(Visit.Request(.feed(Sample.lemonde.id, "main")), generation: robot.state.generation)])
    }

    @Test func aboveTheirPostsAuthorsAreTheirPage() throws {
        // Given somebody's posts, and the selection on who he is
        let post = PostReference(Sample.id("aubry"))
        var robot = robot {
            $0.visits[Visit.Request(.author("aubry@mastodon.social", via: post))] = .author(
                Sample.aubryProfile, Sample.aubryPosts)
        }
        robot.press("a")
        // Then the keys of his page lead there, and those of posts say why they do nothing
        let page = try #require(WebAddress("https://mastodon.social/@aubry"))
        for key in ["o", "Enter"] { expect(robot.effects { $0.press(key) }, is: [.openLink(page)]) }
        expect(robot.effects { $0.press("y") }, is: [.copy(page)])
        for key in ["m", "s", "t", "a", "x", "L", "H"] {
            #expect(robot.effects { $0.press(key) }.isEmpty)
            #expect(robot.footer.contains("No post is selected"))
        }
    }

    @Test(arguments: ["2", "é", "Tab", "l"]) func thePanesAreAKeyAway(key: String) {
        var robot = robot()
        robot.press("1", "2", "t")
        expect(robot.state.context, is: .thread)
        robot.press(key)
        expect(robot.state.context, is: .list)
        expect(robot.pane.persona.id, is: key == "2" || key == "é" ? "pro" : "news")
    }

    @Test func anAuthorsPostsAreAskedForPageByPage() {
        // Given
        let post = PostReference(Sample.id("aubry"))
        let author = Visit.Subject.author("aubry@mastodon.social", via: post)
        func page(_ range: Range<Int>, older: String?) -> FoundPosts {
            FoundPosts(posts: range.map { Sample.found("n\($0)") }, older: older)
        }
        var robot = robot { store in
            store.visits[Visit.Request(author)] = .author(Sample.aubryProfile, page(0..<40, older: "39"))
            // One post comes twice.
            store.visits[Visit.Request(author, older: "39", place: Sample.place("77"))] = .posts(
                page(39..<60, older: nil))
        }
        // When
        robot.press("a")
        #expect(robot.footer.contains("40+ posts"))
        robot.press("G")
        // Then
        #expect(robot.footer.contains("40 of 60"))
        robot.press("G")
        expect(opened(robot), is: "n59")
        robot.press("a")
        expect(robot.state.visits.count, is: 2, "somebody else's posts")
    }

    @Test func aServerWithNothingNewIsNotAskedOn() {
        let author = Visit.Subject.author("aubry@mastodon.social", via: PostReference(Sample.id("aubry")))
        let posts = (0..<20).map { Sample.found("n\($0)") }
        var robot = robot { store in
            store.visits[Visit.Request(author)] = .author(
                Sample.aubryProfile, FoundPosts(posts: posts, older: "1"))
            store.visits[Visit.Request(author, older: "1", place: Sample.place("77"))] = .posts(
                FoundPosts(posts: posts, older: "2"))
        }
        robot.press("a", "G")
        expect(robot.state.visits.last?.older, is: nil)
        expect(robot.state.visits.last?.awaited, is: nil)
    }

    @Test func theThreadOfAnAuthorsPostOpensOverHisPosts() {
        var robot = robot()
        robot.press("a", "j", "j", "t")
        expect(robot.state.visits.count, is: 2)
        expect(opened(robot), is: "boosted")
        robot.press("t")
        expect(robot.state.visits.count, is: 1)
        expect(opened(robot), is: "boosted")
        robot.press("q")
        #expect(robot.state.visits.isEmpty)
    }

    @Test func linksNamePeopleAndHashtagsToo() throws {
        // Given
        var robot = robot { store in
            store.details[Sample.id("aubry")]?.post.mentions = [Mention(handle: "lea@piaille.example", address: nil)]
            store.details[Sample.id("aubry")]?.post.tags = ["droit"]
        }
        robot.press("L")
        #expect(robot.screen.contains("@lea@piaille.example") && robot.screen.contains("#droit"))
        #expect(robot.screen.contains("@juriste@framapiaf.org"), "whom it quotes")
        // When
        robot.press("G")
        let effects = robot.effects { $0.press("Enter") }
        // Then
        let tag = Visit.Request(.tag("droit", via: PostReference(Sample.id("aubry"))))
        expect(effects, is: [.visit(tag, generation: robot.state.generation)])
        #expect(robot.screen.contains("#droit"))
        robot.press("q", "L", "j", "j", "Enter")
        guard case .author("lea@piaille.example", _)? = robot.state.visits.last?.subject else {
            Issue.record("no author")
            return
        }
    }

    @Test func filesOfAFoundPostAreListedAndOpenedToo() throws {
        // Given a thread of one post without a link
        let film = try #require(WebAddress("https://files.example/film.mp4"))
        let opened = Sample.found("aubry") {
            $0.attachments = [Attachment(kind: .video, address: film, alt: "The harbour")]
        }
        var robot = robot { store in
            store.visits[Visit.Request(.thread(PostReference(Sample.id("aubry"))))] = .thread(
                Conversation(opened: opened, ancestors: [], descendants: []))
        }
        robot.press("t")
        // Then
        expect(robot.effects { $0.press("o", "y") }, is: [.openLink(film), .copy(film)])
        robot.press("L")
        #expect(robot.screen.contains("[1] video: The harbour"), "\(robot.screen)")
        expect(robot.effects { $0.press("Enter") }, is: [.openLink(film)])
        robot.press("Enter")
        #expect(robot.screen.contains("video [1]: The harbour"), "\(robot.screen)")
    }

    @Test func versionsAreThereForWhatWasEdited() {
        var robot = robot()
        robot.press("H")
        #expect(robot.footer.contains("This post was not edited"))
        robot.state.panes[1].change([Sample.id("aubry")]) { $0.isEdited = true }
        robot.press("H")
        #expect(robot.screen.contains("Nouvelle jurisprudense.") && robot.screen.contains("corrigée"))
        robot.press("m", "s", "o", "x", "q")
        #expect(robot.state.visits.isEmpty)
    }

    @Test(arguments: ["1", "Tab"]) func goingToAnotherPaneLeavesTheVisits(_ key: String) {
        var robot = robot()
        robot.press("t", "Enter", key)
        #expect(robot.state.visits.isEmpty || robot.state.context == .post)
        var text = self.robot()
        text.press("t")
        _ = text.state.perform(.nextPane)
        #expect(text.state.visits.isEmpty)
        expect(text.state.focus, is: 2)
    }

    /// Every visit a command can be given in, at every size.
    private static let visits: [Robot] = ScreenTests.all.flatMap { size in
        [["t"], ["t", "G", "Enter"], ["a"], ["a", "j", "L"], ["H"]].map { keys in
            var robot = VisitTests().robot(size: size)
            robot.state.panes[1].change([Sample.id("aubry")]) { $0.isEdited = true }
            for key in keys { robot.press(key) }
            return robot
        }
    }

    @Test(arguments: Command.allCases) func everyCommandIsHarmlessInEveryVisit(_ command: Command) {
        for visit in Self.visits {
            var robot = visit
            for effect in robot.state.perform(command) { _ = robot.store.answer(effect) }
            robot.send(.clockTicked(Sample.now))
            robot.send(.healthLoaded([]))
            expect(view(robot.state).surface.size, is: robot.state.size)
        }
    }
}
