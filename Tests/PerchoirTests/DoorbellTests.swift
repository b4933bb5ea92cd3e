import Dispatch
import Expectations
import Glibc
import Synchronization
import Testing

@testable import perchoir

@Suite struct DoorbellTests {
    @Test func aBellRingsAfterAnEmptyDatagramToo() throws {
        // Given a reader that listens
        let home = try Home()
        let rang = DispatchSemaphore(value: 0)
        let bell = try #require(Doorbell.listen(at: home.root + "/reader") { rang.signal() })
        defer { bell.close() }
        // When somebody sends an empty datagram to its socket
        let socket = home.root + "/reader." + String(getpid())
        expect(send(0, to: socket), is: 0)
        // Then it rings, and for the next change too
        expect(rang.wait(timeout: .now() + .seconds(300)), is: .success)
        expect(send(1, to: socket), is: 1)
        expect(rang.wait(timeout: .now() + .seconds(300)), is: .success)
    }

    /// A datagram of so many bytes, from a socket without a name. A process does not ring at itself.
    private func send(_ count: Int, to path: String) -> Int {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, "1", count, 0, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    @Test func aClosedBellLeavesNoSocketBehind() throws {
        let home = try Home()
        let bell = try #require(Doorbell.listen(at: home.root + "/reader") {})
        let path = home.root + "/reader." + String(getpid())
        expect(access(path, F_OK), is: 0)
        bell.close()
        #expect(access(path, F_OK) != 0)
    }
}
