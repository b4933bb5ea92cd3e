import Glibc

/// The words of the command line.
enum ProgramArguments {
    /// - Parameters:
    ///   - known: what the runtime has found, the program first. It looks beside the environment, which a library that
    ///     was loaded before the program may have put elsewhere.
    ///   - path: where the system has them, each ended by NUL.
    static func found(
        _ known: [String] = CommandLine.arguments, otherwise path: String = "/proc/self/cmdline"
    ) -> [String] {
        guard known.isEmpty, let file = fopen(path, "r") else { return known }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
