import Cells
import Expectations
import Testing
import Text
import TimelineModel

@testable import ReaderCore

/// Typing on the last line, searching, adding a source.
@Suite struct PromptTests {
    private func typed(_ act: (inout Robot) -> Void) -> (text: String, cursor: Int)? {
        var robot = Robot(Sample.store(3))
        robot.press("/")
        act(&robot)
        return robot.state.prompt.map { ($0.text.string, $0.cursor) }
    }

    @Test func aSearchForWhatFiltersHidShowsIt() {
        var robot = Robot(Sample.mockUp())
        robot.press("2", "/")
        robot.type("is:hidden")
        robot.holdsAnswers = true
        let effects = robot.effects { $0.press("Enter") }
        #expect(robot.pane.filter.includesHidden)
        let searched = effects.contains { effect in
            if case .search(_, let filter, _, _) = effect { filter.includesHidden } else { false }
        }
        #expect(searched)
        // When it ends, here without a match / Then it is hidden again
        robot.release()
        #expect(robot.pane.search == nil && !robot.pane.filter.includesHidden)
        // And a search without it shows nothing of it
        robot.holdsAnswers = true
        robot.press("/")
        robot.type("a -is:hidden")
        robot.press("Enter")
        #expect(robot.pane.search != nil && !robot.pane.filter.includesHidden)
    }

    @Test func whatIsPastedIntoHelpByMistakeStaysShort() {
        var robot = Robot(Sample.mockUp())
        robot.press("?")
        robot.send(.inputArrived(.paste(SafeText(sanitizing: String(repeating: "a", count: 100_000)))))
        for _ in 0..<500 { robot.press("a") }
        expect(robot.state.overlays.last?.typed.string.count, is: 80)
        robot.press("Esc")
        expect(robot.state.overlays.last?.typed, is: "")
    }

    @Test(arguments: ["y", "Y"]) func aQuestionTakesALetterOfEitherCase(key: String) {
        var robot = Robot(Sample.store(3))
        robot.press("A", key)
        expect(robot.pane.counts.unread, is: 0)
    }

    @Test func earlierSearchesComeAgain() {
        var robot = Robot(Sample.store(3))
        for text in ["number", "(", "Text", "number"] {
            robot.press("/", "^U")
            robot.type(text)
            robot.press("Enter", "Esc", "Esc")
        }
        robot.press("/")
        robot.type("dra")
        func text(after keys: String...) -> String? {
            for key in keys { robot.press(key) }
            return robot.state.prompt?.text.string
        }
        expect(text(after: "Up"), is: "number")
        expect(robot.state.prompt?.cursor, is: 6)
        expect(text(after: "Up", "Up", "Up"), is: "(", "each stands there once, and the first one is the end")
        expect(text(after: "Down"), is: "Text")
        expect(text(after: "^N", "^N", "Down"), is: "dra", "what was typed is not lost")
        robot.press("^P", "Enter")
        #expect(robot.pane.search != nil)
    }

    @Test func theScreenIsRedrawnWhileTyping() {
        var robot = Robot(Sample.store(3))
        robot.press("/")
        robot.type("ab")
        let effects = robot.effects { $0.press("^L") }
        #expect(effects.contains(.redraw))
        #expect(robot.footer.contains("ab"))
    }

    @Test func editsLikeAOneLineEditor() throws {
        let plain = try #require(typed { $0.type("un été ") })
        #expect(plain == ("un été ", 7))
        let middle = try #require(
            typed {
                $0.type("abc"); $0.press("Left", "Left"); $0.type("é")
            })
        #expect(middle == ("aébc", 2))
        let ends = try #require(
            typed {
                $0.type("bc"); $0.press("Home"); $0.type("a"); $0.press("End"); $0.type("d")
            })
        #expect(ends == ("abcd", 4))
        let deleted = try #require(
            typed {
                $0.type("abcd"); $0.press("Backspace", "^A", "Del")
            })
        #expect(deleted == ("bc", 0))
        let word = try #require(
            typed {
                $0.type("one two  "); $0.press("^W")
            })
        #expect(word == ("one ", 4))
        let cut = try #require(
            typed {
                $0.type("abcd"); $0.press("Left", "^K", "^U")
            })
        #expect(cut == ("", 0))
        let edges = try #require(typed { $0.press("Backspace", "Del", "Left", "Right", "^W", "^U", "^K", "Up") })
        #expect(edges == ("", 0))
        let clusters = try #require(
            typed {
                $0.type("👩‍👩‍👧🇫🇷é"); $0.press("Backspace", "Backspace")
            })
        expect(clusters.cursor, is: 1)
        let joined = try #require(
            typed {
                for key in ["e", "\u{301}", "\u{1F1EB}", "\u{1F1F7}", "x"] {
                    $0.send(.inputArrived(.key(.character(Character(key)))))
                }
                $0.press("Left", "Left", "Backspace")
            })
        #expect(joined.cursor <= joined.text.count, "keys that join one cluster leave the cursor inside the text")
    }

    @Test func pastedTextGoesIntoThePromptOnOneLine() throws {
        let pasted = try #require(
            typed { $0.send(.inputArrived(.paste(SafeText(sanitizing: "one\ntwo", as: .body)))) })
        #expect(pasted == ("one two", 7))
        var robot = Robot(Sample.store(3))
        robot.send(.inputArrived(.paste("jjA y")))
        expect(robot.selected, is: "p0", "a paste is never keys")
        expect(robot.pane.counts.unread, is: 3, "a paste is never keys")
        robot.press("/")
        robot.send(.inputArrived(.paste(SafeText(sanitizing: String(repeating: "long ", count: 9000), as: .body))))
        #expect((robot.state.prompt?.text.string.count ?? 0) <= 1000)
        expect(view(robot.state).cursor.map { $0.x < 80 }, is: true)
    }

    @Test func escapeAndControlCDropThePrompt() {
        #expect(
            typed {
                $0.type("a"); $0.press("Esc")
            } == nil)
        #expect(
            typed {
                $0.type("a"); $0.press("^C")
            } == nil)
        #expect(
            typed {
                $0.type("a"); $0.send(.inputArrived(.interrupt))
            } == nil)
    }

    @Test func aSearchGoesRoundItsMatchesAndEnds() {
        var robot = Robot(Sample.store(40))
        robot.press("j", "/")
        robot.type("1*")
        let effects = robot.effects { $0.press("Enter") }
        #expect(effects.contains { if case .search = $0 { true } else { false } })
        expect(robot.selected, is: "p1")
        #expect(robot.footer.contains("match 1/11"))
        robot.press("n")
        expect(robot.selected, is: "p10")
        #expect(robot.footer.contains("match 2/11"))
        robot.press("N", "N")
        expect(robot.selected, is: "p19", "round at the top")
        #expect(robot.footer.contains("match 11/11"), "round at the top")
        robot.press("n")
        expect(robot.selected, is: "p1", "round at the bottom")
        robot.press("m")
        expect(robot.pane.counts.unread, is: 39, "m marks while a search is active")
        robot.press("Esc", "N")
        expect(robot.pane.search, is: nil, "N marks when none is")
        expect(robot.pane.counts.unread, is: 40, "N marks when none is")
    }

    @Test func aSearchBeyondTheWindowLoadsWhatItFound() {
        var robot = Robot(Sample.store(2000))
        robot.press("/")
        robot.type("1777")
        robot.press("Enter")
        expect(robot.selected, is: "p1777")
    }

    @Test func anErrorNamesTheColumnAndKeepsThePrompt() {
        var robot = Robot(Sample.store(3))
        robot.press("/")
        robot.type("language:fr frm:ana")
        #expect(robot.effects { $0.press("Enter") }.isEmpty)
        expect(robot.state.prompt?.cursor, is: 12)
        #expect(robot.footer.contains("column 13"))
        robot.press("Right")
        expect(robot.state.prompt?.problem, is: nil)
    }

    private func searching(_ robot: inout Robot) -> Int {
        robot.holdsAnswers = true
        robot.press("/")
        robot.type("text")
        robot.press("Enter")
        return robot.state.panes[0].search?.awaited ?? 0
    }

    @Test func theFirstMatchesShowWhileTheOthersAreLookedFor() {
        // Given a search with the selection at the top
        var robot = Robot(Sample.store(40))
        let keys = Sample.row(40).map(\.key)
        let generation = searching(&robot)
        // When the newest matches are there, the selection goes to the first
        robot.send(.searched(.persona("main"), Array(keys[3..<5]), isComplete: false, generation: generation))
        expect(robot.selected, is: "p3")
        #expect(robot.footer.contains("match 1/2+"))
        // Then the rest adds to them and moves nothing
        robot.send(.searched(.persona("main"), Array(keys[3..<30]), isComplete: true, generation: generation))
        expect(robot.selected, is: "p3")
        #expect(robot.footer.contains("match 1/27"))
    }

    @Test func theMatchBelowIsWaitedForWhenOnlyThoseAboveAreKnown() {
        var robot = Robot(Sample.store(40))
        robot.press("G")
        let here = robot.selected
        let keys = Sample.row(40).map(\.key)
        let generation = searching(&robot)
        robot.send(.searched(.persona("main"), Array(keys[3..<5]), isComplete: false, generation: generation))
        expect(robot.selected, is: here)
        #expect(robot.footer.contains("earching"))
        robot.send(.searched(.persona("main"), Array(keys[3..<6]), isComplete: true, generation: generation))
        expect(robot.selected, is: "p3", "round at the bottom, now that nothing is below")
    }

    @Test func aStaleOrFailedSearchChangesNothing() {
        var robot = Robot(Sample.store(3))
        robot.holdsAnswers = true
        robot.press("/")
        robot.type("text")
        robot.press("Enter")
        let generation = robot.state.panes[0].search?.awaited ?? 0
        robot.send(.searched(.persona("main"), [Sample.row(3)[2].key], isComplete: true, generation: generation - 1))
        expect(robot.selected, is: "p0")
        expect(robot.state.panes[0].search?.awaited, is: generation)
        robot.send(.searchFailed(.persona("main"), "The store cannot be read", generation: generation))
        expect(robot.state.panes[0].search, is: nil)
        #expect(robot.footer.contains("The store cannot be read"))
    }

    @Test func aSearchForAPersonaThatDoesNotExistIsMisspelt() {
        var robot = Robot(Sample.mockUp())
        robot.press("/")
        robot.type("persona:prp")
        expect(robot.effects { $0.press("Enter") }, is: [])
        #expect(
            robot.footer.contains("there is no persona “prp”") || robot.footer.contains("there is no persona \"prp\""))
        expect(robot.state.prompt?.text, is: "persona:prp")
    }

    @Test func theListOfSourcesNarrowsWhileOneTypes() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "S")
        let all = robot.state.overlayRowCount()
        robot.press("j", "/")
        robot.type("LEMONDE.f")
        expect(robot.state.overlayRowCount(), is: 1)
        expect(robot.state.selectedSource?.name, is: "Le Monde")
        robot.press("Backspace", "Enter")
        expect(robot.state.prompt, is: nil)
        // Who looks closer comes back to it, and the way back leads over the whole list.
        robot.press("i", "q", "q")
        expect(robot.state.overlayRowCount(), is: all)
        expect(robot.state.selectedSource?.name, is: "Le Monde")
        robot.press("/")
        robot.type("nothing")
        expect(robot.state.selectedSource, is: nil)
        expect(robot.effects { $0.press("Enter", "Enter", "m", "o", "i") }, is: [])
        robot.press("/", "Esc")
        expect(robot.state.overlayRowCount(), is: all)
        // A source that comes meanwhile moves no selection.
        robot.press("G")
        let selected = robot.state.selectedSource?.name
        let added = Sample.health(Sample.feed("https://a.example/feed"), ["news"], "A new one") { _ in }
        robot.send(.healthLoaded(robot.state.health + [added]))
        expect(robot.state.overlayRowCount(), is: all + 1)
        expect(robot.state.selectedSource?.name, is: selected)
        robot.press("/")
        robot.send(.inputArrived(.paste("France")))
        robot.press("Enter")
        expect(robot.state.selectedSource?.name, is: "France Info")
        #expect(robot.effects { $0.press("Enter") } != [])
        expect(robot.state.overlays, is: [])
        #expect(robot.footer.contains("Only France Info"))
    }

    @Test func addingASourceAsksWhatTheAddressMeans() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "e")
        robot.type("lemonde.fr")
        expect(
            robot.effects { $0.press("Enter") },
            is: [.resolveSource("lemonde.fr", "news", generation: robot.state.generation)])
        let offers = [Offer(address: Sample.lemonde, title: "Une"), Offer(address: Sample.aubry)]
        robot.send(.sourcesOffered("news", offers, generation: robot.state.generation))
        let effects = robot.effects { $0.press("j", "Enter") }
        let generation = robot.state.generation
        expect(effects, is: [.addSource(offers[1], "news", generation: generation)])
        expect(
            robot.effects { $0.send(.sourceAdded("Une", "news", generation: generation)) },
            is: [.loadHealth(counting: false)])
        #expect(robot.footer.contains("Une added to news"))
        robot.send(.addingFailed("config.toml cannot be written", generation: generation))
        #expect(robot.footer.contains("config.toml cannot be written"))
        robot.press("e", "Enter")
        expect(robot.state.prompt, is: nil)
    }

    private static let trouble: SafeText = """
        lemonde.fr/nothing is no feed, and the page names none; look on the site for a link called RSS or Atom and \
        type its address
        """

    @Test func anAddressThatCannotBeAddedStaysForMending() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "e")
        robot.type("lemonde.fr/nothing")
        robot.press("Enter")
        #expect(robot.footer.contains("add to news: lemonde.fr/nothing"))
        #expect(robot.footer.contains("looking"))
        #expect(robot.effects { $0.press("x", "Enter") }.isEmpty, "it is looked at already")
        robot.send(.addingFailed(Self.trouble, generation: robot.state.generation))
        #expect(robot.footer.contains("add to news: lemonde.fr/nothing"))
        #expect(robot.screen.contains("type its address"), "the end of what is wrong shows too")
        robot.press("^W")
        #expect(!robot.screen.contains("is no feed"))
        robot.type("lemonde.fr")
        expect(
            robot.effects { $0.press("Enter") },
            is: [.resolveSource("lemonde.fr", "news", generation: robot.state.generation)])
        robot.send(.sourceAdded("Une", "news", generation: robot.state.generation))
        expect(robot.state.prompt, is: nil)
        #expect(robot.footer.contains("Une added to news"))
    }

    @Test func aLateAnswerToAnEarlierAddressLeavesTheNewOneAlone() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "e")
        robot.type("slow.example")
        robot.press("Enter", "Esc")
        let earlier = robot.state.generation
        robot.press("e")
        robot.type("lemonde.fr")
        robot.press("Enter")
        robot.send(.addingFailed(Self.trouble, generation: earlier))
        expect(robot.state.prompt?.problem, is: nil)
        robot.send(.sourceAdded("Slow", "news", generation: earlier))
        robot.send(.sourcesOffered("news", [Offer(address: Sample.aubry)], generation: earlier))
        expect(robot.state.overlays.count, is: 0)
        expect(robot.state.prompt?.text, is: "lemonde.fr")
        robot.send(.sourceAdded("Une", "news", generation: robot.state.generation))
        expect(robot.state.prompt, is: nil)
    }

    @Test func whoReadsOnWhileAnAddressIsLookedAtIsToldAsOfAnythingElse() {
        var robot = Robot(Sample.mockUp(), size: Size(width: 40, height: 12))
        robot.press("3", "e")
        robot.type("lemonde.fr/nothing")
        robot.press("Enter", "Esc", "j")
        robot.send(.addingFailed(Self.trouble, generation: robot.state.generation))
        expect(robot.state.prompt, is: nil, "keys go on meaning what they meant")
        let words = robot.lines.suffix(5).joined().split(separator: " ").joined(separator: " ")
        #expect(words.contains("lemonde.fr/nothing is no feed") && words.contains("type its address"), "\(words)")
    }

    @Test func feedsToChooseFromDoNotTakeTheKeysOfWhoReadsOn() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "e")
        robot.type("lemonde.fr")
        robot.press("Enter", "Esc")
        robot.send(
            .sourcesOffered(
                "news", [Offer(address: Sample.lemonde), Offer(address: Sample.aubry)],
                generation: robot.state.generation))
        expect(robot.state.overlays.count, is: 0)
        #expect(robot.footer.contains("feeds to choose from: e asks again"), "\(robot.footer)")
    }

    @Test func whoLeftThePromptAddsNothing() {
        var robot = Robot(Sample.mockUp())
        robot.press("3", "e")
        robot.type("lemonde.fr")
        robot.press("Enter", "Esc", "/")
        robot.type("ab")
        // When the answer comes while something else is typed
        let offer = Offer(address: Sample.lemonde, title: "Une")
        let effects = robot.effects {
            $0.send(.sourcesOffered("news", [offer], generation: $0.state.generation))
        }
        expect(effects, is: [])
        expect(robot.state.prompt?.text, is: "ab")
        // Then it is told afterwards
        robot.press("Esc")
        #expect(robot.footer.contains("Une could be added: e asks again"), "\(robot.footer)")
        robot.press("e")
        robot.type("lemonde.fr")
        robot.press("Enter")
        let generation = robot.state.generation
        expect(
            robot.effects { $0.send(.sourcesOffered("news", [offer], generation: generation)) },
            is: [.addSource(offer, "news", generation: generation)])
    }

    @Test(arguments: [Size(width: 40, height: 12), Size(width: 120, height: 40)])
    func whatStandsOverThePanesLeavesNothingBehind(_ size: Size) {
        var robot = Robot(Sample.mockUp(), size: size)
        robot.send(.addingFailed([Self.trouble, Self.trouble].joined(by: " · "), generation: 0))
        let said = Drawn(state: robot.state, frame: view(robot.state))
        robot.press("F9")
        expect(view(robot.state, after: said), is: view(robot.state))
        robot.press("/")
        robot.type("frm:ana")
        robot.press("Enter")
        robot.state.prompt?.problem = [Self.trouble, Self.trouble].joined(by: " · ")
        let asked = Drawn(state: robot.state, frame: view(robot.state))
        robot.press("Esc")
        expect(view(robot.state, after: asked), is: view(robot.state))
    }
}
