import Foundation
import Glibc

/// A user with a browser: the program that perchoir starts hands the address over, and the test decides what happens.
final class PlayedBrowser {
    struct Page {
        let status: Int
        let body: String
    }

    private let pipe: Int32
    /// What the program that perchoir starts saw: its arguments and its environment.
    let report: String
    private let program: String

    /// Puts the browser into a home; the environment then names it.
    init(in home: Home) throws {
        let path = home.root + "/addresses"
        report = home.root + "/said/browser"
        program = home.root + "/bin/browser"
        guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
        // Reading and writing: then it neither waits for the other end nor ends with it.
        pipe = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard pipe >= 0 else { throw CocoaError(.fileReadUnknown) }
        try home.write(
            "#!/bin/sh\n{ env; cat /proc/self/environ; echo \"$@\"; } >> '\(report)'\nprintf '%s\\n' \"$1\" > '\(path)'\n",
            to: program)
    }

    deinit { close(pipe) }

    /// The shell reads the script: a file that was just written may not be run while another test's child has it open.
    var environment: [String: String] { ["BROWSER": "/bin/sh \(program) %s"] }

    /// Waits for the address that perchoir opens. The deadline is generous: it fails a test, it never paces one.
    func nextAddress() throws -> String {
        var text: [UInt8] = []
        while text.last != 10 {
            var watched = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 300_000) == 1 else { throw CocoaError(.fileReadUnknown) }
            var byte: UInt8 = 0
            if read(pipe, &byte, 1) == 1 { text.append(byte) }
        }
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    /// Opens the next address and goes where it leads.
    @discardableResult
    func answer() throws -> Page { try Self.visit(try nextAddress()) }

    /// A page, after the redirects that lead to it.
    @discardableResult
    static func visit(_ address: String) throws -> Page {
        let (status, head, body) = try get(address)
        guard status == 302 else { return Page(status: status, body: body) }
        return try visit(redirect(in: head))
    }

    /// Where an address redirects to, without going there.
    static func redirect(of address: String) throws -> String { try redirect(in: try get(address).head) }

    private static func redirect(in head: String) throws -> String {
        guard let line = head.split(separator: "\r\n").first(where: { $0.hasPrefix("Location: ") }) else {
            throw CocoaError(.fileReadUnknown)
        }
        return String(line.dropFirst("Location: ".count))
    }

    private static func get(_ address: String) throws -> (status: Int, head: String, body: String) {
        guard let url = URL(string: address), let port = url.port else { throw CocoaError(.fileReadUnknown) }
        let target = address.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
        return try request("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n", port: port)
    }

    /// Sends bytes to a port of this machine and takes what comes back.
    static func request(_ text: String, port: Int) throws -> (status: Int, head: String, body: String) {
        let descriptor = try connect(port)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let parts = String(decoding: answer, as: UTF8.self).split(separator: "\r\n\r\n", maxSplits: 1)
        let head = parts.first.map(String.init) ?? ""
        let words = head.split(separator: " ")
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0, head, parts.count > 1 ? String(parts[1]) : "")
    }

    /// A connection to a port of this machine, for the caller to close.
    static func connect(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw CocoaError(.fileReadUnknown)
        }
        return descriptor
    }
}

/// A sign-in whose page never came.
struct NotAnswered: Error, CustomStringConvertible {
    let description: String
}
