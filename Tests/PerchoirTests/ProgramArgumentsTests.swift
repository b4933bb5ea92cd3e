import Expectations
import Testing

@testable import perchoir

@Suite("The words of the command line")
struct ProgramArgumentsTests {
    @Test("where the runtime finds none, as beside a library that changed the environment, the system is asked")
    func otherwise() throws {
        let home = try Home()
        let path = try home.file("cmdline", "perchoir\0list\0\0is:unread é\0")
        expect(ProgramArguments.found([], otherwise: path), is: ["perchoir", "list", "", "is:unread é"])
        expect(ProgramArguments.found(["perchoir", "sync"], otherwise: path), is: ["perchoir", "sync"])
        expect(ProgramArguments.found([], otherwise: home.root + "/none"), is: [])
    }

    @Test("what the system has is what this process was started with")
    func own() {
        expect(ProgramArguments.found([]), is: CommandLine.arguments)
    }
}
