import Expectations
import Testing
import TimelineModel

@Suite struct ScopesTests {
    @Test func aWideScopeHoldsItsParts() {
        let scopes = Scopes(spelled: "read  write:statuses\nread")
        expect(scopes.names, is: ["read", "write:statuses"])
        expect(scopes.spelled, is: "read write:statuses")
        #expect(scopes.allows("read:lists") && scopes.allows("read") && scopes.allows("write:statuses"))
        #expect(!scopes.allows("write") && !scopes.allows("write:media") && !scopes.allows("reader:lists"))
        #expect(scopes.allows(Scopes(["read:lists", "write:statuses"])) && !scopes.allows(Scopes(["read", "push"])))
    }

    @Test func whatCannotBeAScopeIsLeftOut() {
        expect(Scopes(["", "a b", "é", "\"", "x\u{1B}", "profile"]).names, is: ["profile"])
        expect(Scopes((0..<500).map { "s\($0)" }).names.count, is: 100)
        #expect(Scopes(spelled: " ").isEmpty)
    }
}
