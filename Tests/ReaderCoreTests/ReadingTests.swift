import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Space, Enter, previews, and reading one post after another.
@Suite struct ReadingTests {
    @Test func whatAFilterFoldsIsCoveredInTheTextToo() {
        // Given a folded post under the selection, with its text below the list
        var robot = Robot(Sample.mockUp(), size: Size(width: 80, height: 24))
        robot.press("2", "j", "j", "j", "j")
        expect(robot.pane.selectedPost?.verdict.kind, is: .folded)
        let words = robot.pane.selectedPost.map { String($0.excerpt.string.prefix(12)) } ?? ""
        // Then neither shows it, until x does
        #expect(!robot.screen.contains(words) && robot.screen.contains("x shows the post"))
        robot.press("x")
        #expect(robot.screen.contains(words) && !robot.screen.contains("x shows the post"))
    }

    private func isRead(_ robot: Robot, _ name: String) -> Bool {
        robot.pane.entries.contains {
            if case .post(let post) = $0 { post.id == Sample.id(name) && post.isRead } else { false }
        }
    }

    @Test func spaceMarksReadAndGoesToTheNextUnread() {
        // Given three posts of which the second is read
        var robot = Robot(Sample.store(3) { $0 == 1 })
        // When Space is pressed
        let effects = robot.effects { $0.press("Space") }
        // Then the first is marked, the second skipped
        #expect(effects.contains(.mark(.read, .posts([Sample.id("p0")]))))
        expect(robot.selected, is: "p2")
        #expect(isRead(robot, "p0") && !isRead(robot, "p2"))
        expect(robot.pane.counts.unread, is: 1)
    }

    @Test func spaceWrapsToTheTopThenGoesToTheNextPaneThenSaysAllRead() {
        var store = Sample.store(3)
        store.add([Sample.post("n0", at: Sample.now.adding(seconds: -5))], to: "news")
        var robot = Robot(store)
        robot.press("j", "j")
        expect(robot.selected, is: "p2")
        robot.press("Space")
        expect(robot.selected, is: "p0", "wraps to what is unread above")
        robot.press("Space")
        expect(robot.selected, is: "p1")
        robot.press("Space")
        expect(robot.state.focus, is: 2, "the pane without unread posts is passed over")
        expect(robot.selected, is: "n0", "the pane without unread posts is passed over")
        robot.press("Space")
        #expect(robot.footer.contains("All read."))
        #expect(robot.state.panes.allSatisfy { $0.counts.unread == 0 })
    }

    @Test func spaceFindsUnreadPostsFarOutsideTheWindow() {
        // Given 2 000 posts, only the first and the last unread
        var robot = Robot(Sample.store(2000) { $0 != 0 && $0 != 1999 })
        robot.press("Space")
        expect(robot.selected, is: "p1999")
        robot.press("Space")
        expect(robot.pane.counts.unread, is: 0)
        #expect(robot.footer.contains("All read."))
    }

    @Test func aPaneNarrowedToNothingUnreadIsTriedOnce() {
        // Given two panes with unread posts, both narrowed to a source that has none
        var store = Sample.store(2)
        store.add([Sample.post("n0", at: Sample.now.adding(seconds: -5))], to: "news")
        var robot = Robot(store)
        for index in robot.state.panes.indices { robot.state.panes[index].filter.source = Sample.aubry.id }
        // When the next unread post is looked for, the search ends
        robot.send(.timelinesChanged(store.allCounts))
        robot.press("n")
        #expect(robot.effects.count < 40)
        #expect(robot.footer.contains("No other unread post here"))
    }

    @Test func spacePagesALongTextBeforeItMarks() {
        var store = Sample.store(2)
        let text = SafeText(sanitizing: (0..<60).map { "Line \($0)" }.joined(separator: "\n"), as: .body)
        store.timelines["main"] = [
            Sample.post("long", at: Sample.clock("14:00"), text), Sample.post("next", at: Sample.clock("13:00")),
        ]
        var robot = Robot(store)
        #expect(robot.screen.contains("Line 3"))
        var presses = 0
        while robot.selected == "long", presses < 20 {
            #expect(!isRead(robot, "long"))
            robot.press("Space")
            presses += 1
        }
        #expect((4...12).contains(presses), "the text has several pages")
        #expect(isRead(robot, "long"))
        expect(robot.state.text.scroll, is: 0, "another post begins at its top")
    }

    @Test func spacePagesAnEntryThatIsLongerThanTheList() {
        var store = Sample.store(0)
        let text = SafeText(sanitizing: (0..<60).map { "Line \($0)" }.joined(separator: "\n"), as: .body)
        store.add(
            [
                Sample.post("first", at: Sample.clock("14:10")), Sample.post("long", at: Sample.clock("14:00"), text),
                Sample.post("next", at: Sample.clock("13:00")),
            ], to: "pro")
        var robot = Robot(store, size: Size(width: 120, height: 24))
        robot.press("2", "Space")
        expect(robot.selected, is: "long")
        var seen: Set<Int> = []
        var presses = 0
        while robot.selected == "long", presses < 20 {
            for line in 0..<60 where robot.lines.contains(where: { $0.contains("Line \(line) ") }) { seen.insert(line) }
            robot.press("Space")
            presses += 1
        }
        expect(seen.count, is: 60, "every line was on the screen: \(seen.count)")
        expect(robot.selected, is: "next")
        // And back: the page before
        robot.press("k", "^D")
        #expect(robot.pane.topOffset > 0)
        robot.press("^U")
        expect(robot.pane.topOffset, is: 0)
        expect(robot.selected, is: "long")
    }

    @Test func lookingAtAPreviewMarksNothing() {
        var robot = Robot(Sample.store(10))
        let effects = robot.effects {
            $0.press("j", "j", "k", "G", "gg", "^D", "PgDn", "J", "K", "n", "p")
            $0.send(.inputArrived(.click(Point(x: 10, y: 4))))
            $0.send(.inputArrived(.wheel(1, at: Point(x: 10, y: 4))))
            $0.send(.inputArrived(.wheel(3, at: Point(x: 10, y: 20))))
        }
        #expect(!effects.contains { if case .mark = $0 { true } else { false } })
        expect(robot.pane.counts.unread, is: 10)
    }

    @Test(arguments: [(Options.MarkRead.open, true), (.pass, true), (.manual, false)])
    func enterMarksAsTheSettingSays(_ setting: Options.MarkRead, _ marks: Bool) {
        var robot = Robot(Sample.store(3), options: Options(markRead: setting))
        robot.press("Enter")
        #expect(robot.state.layout.focusesPost)
        expect(isRead(robot, "p0"), is: marks)
        robot.press("J")
        expect(robot.selected, is: "p1")
        expect(isRead(robot, "p1"), is: marks)
    }

    @Test(arguments: ["J", "n", "p", "K"])
    func whatAJumpFromTheTextReachesIsOpened(key: String) {
        var robot = Robot(Sample.store(30))
        robot.press("j", "j", "Enter")
        expect(robot.pane.counts.unread, is: 29)
        robot.press(key)
        #expect(robot.state.layout.focusesPost && robot.pane.selectedPost?.isRead == true)
        expect(robot.pane.counts.unread, is: 28)
        // Space marks what is left by it, and what it comes to not yet
        robot.press("Space")
        expect(robot.pane.counts.unread, is: 28)
        // A jump within the list marks nothing
        robot.press("z", key)
        expect(robot.pane.counts.unread, is: 28)
    }

    @Test func aJumpThatReachesNothingOpensNothingLater() {
        var robot = Robot(Sample.store(30))
        robot.press("Enter", "K")
        // When the post that was open goes away, and the selection comes to another one
        robot.store.remove(Sample.id("p0"), from: "main")
        robot.arrive([], in: "main")
        expect(robot.selected, is: "p1")
        expect(robot.pane.selectedPost?.isRead, is: false)
    }

    @Test func aJumpFromTheTextOpensWhatIsStillToBeLoaded() {
        var robot = Robot(Sample.store(900) { $0 != 0 && $0 != 899 })
        robot.press("Enter", "n")
        expect(robot.selected, is: "p899")
        expect(robot.pane.counts.unread, is: 0)
    }

    @Test(arguments: [Size(width: 40, height: 12), Size(width: 120, height: 40)])
    func aPaneOfWhichFiltersHideAllSaysSo(size: Size) {
        var store = FakeStore()
        let hidden = ["a", "b"].map { name in
            Sample.post(name, at: Sample.now) { $0.verdict = Verdict(.hidden, rule: "no horoscopes") }
        }
        store.add(hidden, to: "main")
        var robot = Robot(store, size: size)
        #expect(robot.screen.contains("2 posts, all hidden by filters.") && robot.screen.contains("X shows them."))
        robot.press("X")
        #expect(!robot.screen.contains("hidden by filters"))
    }

    @Test func anAnswerDoesNotOutliveItsScreen() {
        var robot = Robot(Sample.store(3))
        robot.press("$")
        #expect(robot.footer.contains("does nothing here"))
        robot.resize(100, 30)
        #expect(!robot.footer.contains("does nothing here"))
    }

    @Test func movingDownPastAPostMarksItWhereTheSettingSaysSo() {
        var robot = Robot(Sample.store(30), options: Options(markRead: .pass))
        robot.press("j", "j")
        #expect(isRead(robot, "p0") && isRead(robot, "p1") && !isRead(robot, "p2"))
        robot.press("k", "G", "gg")
        expect(robot.pane.counts.unread, is: 28, "neither going up nor jumping marks")
        robot.press("n", "n")
        #expect(isRead(robot, "p2") && !isRead(robot, "p3"), "going on to the next unread one passes")
        robot.press("^D")
        #expect(robot.pane.counts.unread < 27, "paging down passes too")
    }

    @Test func enterGoesIntoTheTextAndBackLeadsOutStepByStep() {
        var robot = Robot(Sample.store(3), size: Size(width: 120, height: 30))
        robot.press("Enter")
        #expect(robot.state.layout.isZoomed)
        expect(robot.state.context, is: .post)
        robot.press("q")
        #expect(robot.state.layout.isZoomed)
        expect(robot.state.context, is: .list)
        robot.press("Esc")
        #expect(!robot.state.layout.isZoomed)
        let effects = robot.effects { $0.press("q") }
        #expect(effects.isEmpty && robot.footer.contains("Q quits"))
        #expect(!robot.state.isEnding)
    }

    @Test func zoomGivesTheKeysToTheListAndKeepsTheLayout() {
        var robot = Robot(Sample.store(3), size: Size(width: 120, height: 30))
        robot.press("Enter", "z")
        #expect(robot.state.layout.isZoomed)
        expect(robot.state.context, is: .list)
        robot.press("z")
        #expect(!robot.state.layout.isZoomed)
    }

    @Test func anotherLayoutReadsAsMuchOfEachPostAsItShows() {
        // Given a pane of whole texts that was loaded under 100 columns
        var store = FakeStore()
        store.add(Sample.row(3), to: "pro")
        var robot = Robot(store, personas: [Sample.pro])
        let short = robot.pane.excerptLength
        // When the screen becomes wide
        robot.resize(120, 40)
        #expect(robot.pane.excerptLength > short)
    }

    @Test func aTextThatCameLateOrForAnotherPostIsNotShown() {
        var robot = Robot(Sample.store(3))
        robot.holdsAnswers = true
        robot.press("j", "j")
        robot.release()
        expect(robot.state.detail?.post.id, is: Sample.id("p2"))
    }

    @Test func coversOpenAndCloseAndNothingElseDoes() {
        var robot = Robot(Sample.mockUp())
        robot.press("2", "j")
        #expect(!robot.screen.contains("hésite"))
        robot.press("x")
        #expect(robot.screen.contains("hésite"))
        robot.press("x")
        #expect(!robot.screen.contains("hésite"))
        robot.press("k", "x")
        #expect(robot.footer.contains("Nothing of this post is covered"))
    }

    @Test func enterOnAGapAsksForIt() {
        var robot = Robot(Sample.mockUp())
        robot.press("2", "j", "j", "j")
        let effects = robot.effects { $0.press("Enter") }
        #expect(effects.contains { if case .fillGap(_, from: .newer) = $0 { true } else { false } })
        #expect(!robot.state.layout.focusesPost)
        #expect(robot.effects { $0.press("i") }.contains(.loadHealth(counting: true)))
        expect(robot.state.overlays.last?.kind, is: .sourceInfo(Sample.lemonde.id))
    }

    @Test func sourcesThatWereNotCountedShowNoNumbersAndKeepEarlierOnes() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 30))
        let counted = robot.store.health
        let uncounted = counted.map {
            SourceHealth(
                source: $0.source, address: $0.address, personas: $0.personas, name: $0.name, isCounted: false,
                failuresInARow: 1)
        }
        robot.send(.healthLoaded(uncounted))
        expect(robot.state.health.map(\.total), is: counted.map(\.total))
        #expect(robot.state.health.allSatisfy { $0.isCounted && $0.failuresInARow == 1 })
        robot.send(.healthLoaded([]))
        robot.send(.healthLoaded(uncounted))
        expect(robot.state.health, is: uncounted)
        robot.store.health = uncounted
        robot.press("3", "S")
        #expect(robot.screen.contains("…") && !robot.screen.contains("a day"))
    }

    @Test func aSourceThatMovedSaysWhereItIsAsked() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 30))
        let moved = WebAddress("https://new.example.org/feed")
        robot.store.health = robot.store.health.map {
            var health = $0
            health.movedTo = moved
            return health
        }
        robot.press("2", "j", "j", "j", "i")
        #expect(robot.screen.contains("moved to      https://new.example.org/feed"))
    }

    @Test func linksAreFollowedOncePostAndLinksAreKnown() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 30))
        robot.press("2")
        // When the post was not read from the store yet
        let effects = robot.effects { $0.press("o") }
        let link = WebAddress("https://aubry-avocats.fr/teletravail")
        expect(effects.first, is: .loadPost(Sample.id("aubry")))
        expect(effects.last, is: link.map(Effect.openLink))
        expect(robot.effects { $0.press("y") }, is: WebAddress("https://mastodon.social/@aubry/1").map { [.copy($0)] })
        robot.press("L", "j")
        #expect(
            robot.effects { $0.press("Enter") }.contains(.openLink(WebAddress("https://mastodon.social/@aubry/1")!)))
        #expect(robot.state.overlays.isEmpty)
    }

    @Test func aLinkThatWasWishedForIsForgottenWithItsPost() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 120, height: 30))
        robot.press("2")
        robot.holdsAnswers = true
        robot.press("o")
        expect(robot.state.awaitsAnswer, is: true)
        robot.press("j")
        expect(robot.state.awaitsAnswer, is: false)
        robot.release()
        let effects = robot.effects { $0.press("k", "Enter") }
        #expect(!effects.contains { if case .openLink = $0 { true } else { false } })
    }

    @Test func anArticleOpensItsOwnPageBeforeWhatItLinksTo() throws {
        var robot = Robot(Sample.store(1))
        let page = try #require(WebAddress("https://blog.example/article"))
        let linked = try #require(WebAddress("https://elsewhere.example/"))
        let body = RichText(plain: "See there", spans: [RichText.Span(range: 4..<9, kind: .link(linked))])
        let post = Post(
            id: Sample.id("p0"), remoteID: "p0", network: .feed, kind: .article, author: Author(name: "Blog"),
            body: body, address: page)
        robot.store.details[post.id] = PostDetail(post: post, firstSeen: Sample.now)
        robot.send(.postLoaded(post.id, robot.store.details[post.id]))
        expect(robot.effects { $0.press("o") }, is: [.openLink(page)])
    }

    @Test func theTextNamesTheSignOfAHighlightedPost() {
        var store = Sample.mockUp()
        store.details[Sample.id("aubry")]?.verdicts = ["pro": Verdict(.highlighted, rule: "JO")]
        var robot = Robot(store, size: Size(width: 120, height: 50))
        robot.press("2", "Enter")
        #expect(robot.screen.contains("pro: ◆ highlighted by “JO”"), "\(robot.screen)")
    }

    // MARK: Attached files

    private static func address(_ text: String) throws -> WebAddress { try #require(WebAddress(text)) }

    @Test func attachedFilesAreNumberedAfterTheLinksInTextAndListAlike() throws {
        // Given files of every sort: one that the text links to, one that is there twice, one without an address
        let audio = try Self.address("https://files.example/un.mp3")
        let video = try Self.address("https://files.example/deux.mp4")
        var store = Sample.mockUp()
        store.details[Sample.id("aubry")]?.post.attachments = [
            Attachment(kind: .image, address: WebAddress("https://aubry-avocats.fr/teletravail"), alt: "Tableau"),
            Attachment(kind: .audio, address: audio, mediaType: "audio/mpeg", size: 44_400_000),
            Attachment(kind: .file, address: nil, alt: "Plan"),
            Attachment(kind: .audio, address: audio, mediaType: "audio/mpeg"),
            Attachment(kind: .video, address: video, alt: "Un film\nmuet"),
        ]
        var robot = Robot(store, size: Size(width: 120, height: 50))
        // When
        robot.press("2", "Enter")
        // Then
        for row in [
            "image 1 of 5 [1]: Tableau", "audio 2 of 5 [3]: audio/mpeg, 44 MB", "file 3 of 5: Plan",
            "audio 4 of 5 [3]: audio/mpeg", "video 5 of 5 [4]: Un film", "[2] https://mastodon.social/@aubry/1",
        ] {
            #expect(robot.screen.contains(row), "\(row)\n\(robot.screen)")
        }
        robot.press("L")
        #expect(robot.screen.contains("[3] audio: audio/mpeg, 44 MB"), "\(robot.screen)")
        #expect(robot.screen.contains("[4] video: Un film muet"), "\(robot.screen)")
        #expect(robot.screen.contains("[5] @juriste@framapiaf.org"))
        expect(robot.effects { $0.press("j", "j", "y") }, is: [.copy(audio)])
        expect(robot.effects { $0.press("j", "Enter") }, is: [.openLink(video)])
    }

    @Test(arguments: [Post.Network.mastodon, .feed])
    func theFirstAttachedFileIsThePostsLinkWhereItHasNoOther(_ network: Post.Network) throws {
        // Given
        let audio = try Self.address("https://files.example/un.mp3")
        var post = Post(
            id: Sample.id("p0"), remoteID: "p0", network: network, kind: .post, author: Author(name: "Radio"))
        post.attachments = [
            Attachment(kind: .image, address: nil), Attachment(kind: .audio, address: audio),
            Attachment(kind: .audio, address: WebAddress("https://files.example/deux.mp3")),
        ]
        var store = Sample.store(1)
        store.details[post.id] = PostDetail(post: post, firstSeen: Sample.now)
        var robot = Robot(store)
        // Then
        expect(robot.effects { $0.press("o") }.last, is: .openLink(audio))
        expect(robot.effects { $0.press("y") }, is: [.copy(audio)])
        // But what the post says of itself comes first
        let page = try Self.address("https://radio.example/emission")
        post.address = page
        robot.send(.postLoaded(post.id, PostDetail(post: post, firstSeen: Sample.now)))
        expect(robot.effects { $0.press("o", "y") }, is: [.openLink(page), .copy(page)])
    }

    @Test func aFileBehindAWarningDoesNotSayWhatItShows() {
        var store = Sample.store(1)
        var post = Post(
            id: Sample.id("p0"), remoteID: "p0", network: .mastodon, kind: .post, author: Author(name: "Ana"))
        post.contentWarning = "the end of the film"
        post.attachments = [
            Attachment(kind: .image, address: WebAddress("https://files.example/1.png"), alt: "The butler did it")
        ]
        store.details[post.id] = PostDetail(post: post, firstSeen: Sample.now)
        store.timelines["main"] = [Sample.post("p0", at: Sample.now) { $0.contentWarning = "the end of the film" }]
        var robot = Robot(store)
        robot.press("L")
        #expect(robot.screen.contains("[1] image") && !robot.screen.contains("butler"), "\(robot.screen)")
        robot.press("q", "x", "L")
        #expect(robot.screen.contains("[1] image: The butler did it"), "\(robot.screen)")
    }

    // MARK: A place in a text

    /// Thirty paragraphs of a line to three, each with words of its own.
    private static func paragraphs(_ prefix: String = "") -> RichText {
        let text = (1...30).map { "Paragraph \($0) begins. " + String(repeating: "word\($0) ", count: 6 + $0 % 5 * 8) }
        return RichText(plain: SafeText(sanitizing: prefix + text.joined(separator: "\n\n"), as: .body))
    }

    private static func long(_ body: RichText) -> PostDetail {
        PostDetail(
            post: Post(
                id: Sample.id("p0"), remoteID: "p0", network: .feed, kind: .article, author: Author(name: "Blog"),
                title: "Long", body: body), firstSeen: Sample.now)
    }

    /// The number in the first row of the text that has one.
    private func paragraphOnTop(_ robot: Robot) throws -> String {
        let rows = try #require(robot.state.shownText()).rows
        let shown = rows[robot.state.text.scroll...].lazy.map { $0.segments.map(\.text.string).joined() }
        let words = shown.flatMap { $0.split(separator: " ") }
        return try #require(words.first { $0.hasPrefix("word") }).dropFirst(4).description
    }

    @Test func anotherWidthShowsTheSamePlaceOfATextAndSoDoesAnEdit() throws {
        var store = Sample.store(2)
        store.details[Sample.id("p0")] = Self.long(Self.paragraphs())
        var robot = Robot(store, size: Size(width: 100, height: 30))
        robot.press("Enter", "Space", "Space", "Space")
        let place = try paragraphOnTop(robot)
        for width in [80, 200, 44, 120, 100] {
            robot.resize(width, 30)
            try expect(paragraphOnTop(robot), is: place, "\(width)")
        }
        // When its author puts a paragraph on top
        robot.send(.postLoaded(Sample.id("p0"), Self.long(Self.paragraphs("New: all of this was wrong.\n\n"))))
        try expect(paragraphOnTop(robot), is: place)
        // When he takes away what is on the screen, about as much stands above
        robot.send(.postLoaded(Sample.id("p0"), Self.long(RichText(plain: "Gone."))))
        expect(robot.state.text.scroll, is: 0)
    }

    @Test func spaceOpensAWholeTextThatTheListCutsOff() {
        var store = Sample.store(0)
        store.add(
            [
                Sample.post("cut", at: Sample.clock("14:00")) { $0.hasMoreText = true },
                Sample.post("whole", at: Sample.clock("13:00")),
            ], to: "pro")
        store.details[Sample.id("cut")] = PostDetail(
            post: Post(
                id: Sample.id("cut"), remoteID: "cut", network: .feed, kind: .article, author: Author(name: "Blog"),
                body: Self.paragraphs()), firstSeen: Sample.now)
        var robot = Robot(store, size: Size(width: 120, height: 30), options: Options(markRead: .open))
        robot.press("2", "Space")
        #expect(robot.state.layout.isZoomed && robot.state.context == .post)
        expect(robot.state.panes[1].counts.unread, is: 2, "nothing is read before its end")
        for _ in 0..<20 where robot.selected == "cut" { robot.press("Space") }
        expect(robot.selected, is: "whole")
        expect(robot.state.panes[1].counts.unread, is: 1)
    }

    @Test func whatAGapHoldsIsNotReadYet() {
        var store = Sample.store(3) { _ in true }
        let posts = Sample.row(3) { _ in true }
        store.add([Sample.gap(below: posts[1])], to: "main")
        var robot = Robot(store)
        robot.press("Space")
        #expect(robot.footer.contains("All read but a gap"), "\(robot.footer)")
    }

    @Test func severalWhoBoostedAPostStandThereOnceAndSoDoesEachSource() {
        var store = Sample.store(1)
        var detail = Self.long(RichText(plain: "Hello"))
        let (lea, tom) = (Author(name: "Léa", handle: "lea"), Author(name: "Tom", handle: "tom"))
        detail.seen = [lea, tom, lea, nil].map {
            PostDetail.Seen(source: Sample.lemonde.id, name: "home", at: Sample.clock("14:00"), boostedBy: $0)
        }
        store.details[Sample.id("p0")] = detail
        var robot = Robot(store)
        robot.press("Enter")
        #expect(robot.screen.contains("⇄ boosted by Léa  @lea, Tom  @tom"), "\(robot.screen)")
        expect(robot.screen.ranges(of: "home 14:00").count, is: 1)
    }

    @Test func aDigitPicksALinkByItsNumber() throws {
        func pick(_ count: Int, _ keys: String...) throws -> (effects: [Effect], row: Int?) {
            let links = try (1...count).map { LinkTarget.page(try Self.address("https://example.org/\($0)")) }
            var robot = Robot(Sample.store(1))
            robot.state.overlays = [Overlay(.links(links))]
            let effects = robot.effects { robot in for key in keys { robot.press(key) } }
            return (effects, robot.state.overlays.last?.row)
        }
        try expect(pick(3, "2").effects, is: [.openLink(Self.address("https://example.org/2"))])
        try expect(pick(3, "7").row, is: 0)
        try expect(pick(150, "1", "2").row, is: 11)
        func link(_ number: Int) throws -> [Effect] { [.openLink(try Self.address("https://example.org/\(number)"))] }
        try expect(pick(150, "1", "2", "0").effects, is: link(120))
        try expect(pick(150, "1", "6").effects, is: link(16))
        try expect(pick(12, "3").effects, is: link(3), "no longer number begins with it")
        try expect(pick(12, "1", "3").effects, is: link(3), "a number that is not there begins anew")
        try expect(pick(12, "1", "2").effects, is: link(12))
        try expect(pick(12, "1", "Enter").effects, is: link(1))
    }

    @Test func whoReadOnBesideTheListGoesOnThereInTheOpenPost() {
        var store = Sample.store(3)
        store.details[Sample.id("p0")] = Self.long(Self.paragraphs())
        var robot = Robot(store, size: Size(width: 80, height: 24))
        robot.press("Space")
        let scroll = robot.state.text.scroll
        #expect(scroll > 0)
        robot.press("Enter")
        expect(robot.state.text.scroll, is: scroll)
    }

    @Test func anAddressLongerThanALineBeginsBehindItsNumber() throws {
        var store = Sample.store(1)
        var detail = Self.long(RichText(plain: "Hello"))
        detail.post.address = try Self.address("https://example.org/" + String(repeating: "a", count: 90))
        store.details[Sample.id("p0")] = detail
        var robot = Robot(store, size: Size(width: 80, height: 24))
        robot.press("Enter")
        #expect(robot.screen.contains("[1] https://example.org/aaa"), "\(robot.screen)")
    }

    @Test func whoWasReadingAPostThatIsTakenBackIsToldSo() {
        var robot = Robot(Sample.store(3))
        robot.press("j", "Enter")
        robot.store.remove(Sample.id("p1"), from: "main")
        robot.arrive([], in: "main")
        #expect(robot.footer.contains("The post that was open is gone"), "\(robot.footer)")
        // In the list its row is gone, which says it.
        robot.press("q")
        robot.store.remove(Sample.id("p2"), from: "main")
        robot.arrive([], in: "main")
        #expect(!robot.footer.contains("gone"))
    }

    @Test func aRowBeginsWithWords() {
        for (said, shown) in [("[image] [image]\nThe story", "The story"), ("[image]", "[image]")] {
            var store = Sample.store(0)
            store.add([Sample.post("p", at: Sample.clock("14:00"), SafeText(sanitizing: said, as: .body))], to: "main")
            let screen = Robot(store, size: Size(width: 120, height: 30)).screen
            #expect(screen.contains(shown))
            expect(screen.contains("[image]"), is: shown == "[image]")
        }
    }

    @Test(arguments: ["\n\n", "+--***--+\n"])
    func whatWrapsNothingAnewMovesNothing(_ between: String) {
        // Given rows without a letter, one of them on top
        let text = (1...60).map { "Line \($0)\(between)\(between)" }.joined()
        var store = Sample.store(2)
        store.details[Sample.id("p0")] = Self.long(RichText(plain: SafeText(sanitizing: text, as: .body)))
        var robot = Robot(store, size: Size(width: 100, height: 30))
        for scroll in [11, 12, 13] {
            robot.press("Enter")
            robot.state.text.scroll = scroll
            robot.press("s")
            robot.send(.clockTicked(Sample.now.adding(seconds: 86_400)))
            expect(robot.state.text.scroll, is: scroll)
        }
    }

    @Test func aLongTextThatSaysOneThingFindsItsPlace() {
        let word = SafeText(sanitizing: String(repeating: "aaaa ", count: 20_000), as: .body)
        var store = Sample.store(1)
        store.details[Sample.id("p0")] = Self.long(RichText(plain: word))
        var robot = Robot(store, size: Size(width: 100, height: 30))
        robot.press("Enter")
        robot.state.text.scroll = 100
        robot.resize(120, 30)
        #expect((70...100).contains(robot.state.text.scroll), "\(robot.state.text.scroll)")
    }
}
