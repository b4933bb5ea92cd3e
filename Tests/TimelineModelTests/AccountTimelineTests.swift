import Expectations
import TestSupport
import Testing
import TimelineModel

@Suite struct AccountTimelineTests {
    @Test func everySpellingReadsBack() {
        expect(AccountTimelines.every.map(\.spelled), is: AccountTimelines.spellings)
    }

    @Test(arguments: ["", "Home", "list:", "list: ", "tag:", "tag:+a", "tag:-a b/c", "tag:a +", "tag:a?b", "mentions"])
    func whatIsNoTimelineIsRefused(_ text: String) {
        expect(AccountTimeline(text), is: nil)
    }

    @Test func timelinesOfAnAccountAreSourcesOfTheirOwn() throws {
        let me = try #require(AccountName("@me@m.example"))
        let addresses = AccountTimelines.every.map { SourceAddress.account(me, $0) }
        expect(Set(addresses.map(\.id)).count, is: addresses.count)
        // The home timeline keeps the identity under which it was always stored.
        expect(addresses[0].normalized, is: "home me@m.example")
    }

    @Test func anAccountIsTheSameHoweverItsNameIsSpelled() throws {
        let names = ["@Me@m.example", "me@M.example", "@ME@m.example:443"].compactMap { AccountName($0) }
        expect(names.count, is: 3)
        expect(Set(names).count, is: 1)
        expect(names.map(\.user), is: ["Me", "me", "ME"])
        expect(Set(names.map { SourceAddress.home($0) }).count, is: 1)
        expect(AccountName("@me@m.example:8443") == names[1], is: false)
    }

    @Test func aSignSaysHowAHashtagCounts() throws {
        let choice = try #require(HashtagChoice("#café linux +foss -jobs"))
        expect(choice.any, is: ["café", "linux"])
        expect(choice.all, is: ["foss"])
        expect(choice.none, is: ["jobs"])
    }
}
