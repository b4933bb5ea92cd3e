import Expectations
import Glibc
import Terminal
import Testing

@Suite("Programs beside the reader")
struct ExternalProgramTests {
    @Test("a program's end is told")
    func endings() {
        expect(ExternalProgram.run(["true"]), is: .exited(0))
        expect(ExternalProgram.run(["sh", "-c", "exit 7"]), is: .exited(7))
        expect(ExternalProgram.run(["sh", "-c", "kill -9 $$"]), is: .killed(bySignal: 9))
        expect(ExternalProgram.run(["no-such-program-anywhere"]), is: .notFound)
        expect(ExternalProgram.run([]), is: .failed(EINVAL))
        expect(ExternalProgram.run(["tr\0ue"]), is: .failed(EINVAL))
    }

    @Test("arguments are not read by a shell")
    func noShell() {
        expect(ExternalProgram.run(["test", "$(false)|;&", "=", "$(false)|;&"]), is: .exited(0))
    }

    @Test("it has no terminal to write on or to read from")
    func streams() {
        expect(
            ExternalProgram.run(["sh", "-c", "! test -t 0 && ! test -t 1 && ! test -t 2 && ! (: < /dev/tty)"]),
            is: .exited(0))
    }
}
