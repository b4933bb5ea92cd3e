import ArgumentParser
import Decoding
import Glibc
import Text
import TimelineModel

/// Decodes files without a store: for looking at what a feed gives, and for tests against corpora.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Decode feed files or Mastodon answers and show what they give.")

    @Argument(help: "Files; - is standard input.")
    var files: [String]

    @Option(help: "The address that the files came from, for relative links.")
    var base: String?

    @Flag(help: "One JSON object a file.")
    var json = false

    func run() throws {
        let address = try base.map { text in
            guard let address = WebAddress(text) else { throw fail("--base takes an http or https address", .usage) }
            return address
        }
        var failed = false
        for file in files {
            do throws(WorkspaceError) {
                let inspection = Inspection(file: file, bytes: try InputFile.read(file), base: address)
                if json { Output.json(inspection.json) } else { Output.line(inspection.summary) }
                if inspection.hasFailed { failed = true }
            } catch {
                failed = true
                if json {
                    Output.json(
                        JSONTerm.object([("file", .string(file)), ("error", .string(error.message.string))]).line)
                } else {
                    Output.error(error.message)
                }
            }
        }
        if failed { throw ExitCode(ExitStatus.badData.rawValue) }
    }
}

/// Reading a file that the user named.
enum InputFile {
    /// Bytes beyond this are no list of feeds and no feed.
    private static let limit = 64 << 20

    static func read(_ path: String) throws(WorkspaceError) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw trouble(path) }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw trouble(path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw WorkspaceError("\(SafeText(sanitizing: path)) is too large", .badData) }
        }
    }

    private static func trouble(_ path: String) -> WorkspaceError {
        let reason = SafeText(sanitizing: String(cString: strerror(errno)))
        return WorkspaceError("\(SafeText(sanitizing: path)): \(reason)", errno == ENOENT ? .noInput : .inputOutput)
    }
}
