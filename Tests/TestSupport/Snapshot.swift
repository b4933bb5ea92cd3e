import FoundationEssentials

/// Records of screens, kept as text files beside the tests that compare with them.
///
/// A missing record is written and counts as a difference, so that somebody looks at it before it is committed.
/// Records change only when the tests run with RECORD_SNAPSHOTS=1.
public enum Snapshot {
    /// Compares a text with the record `Snapshots/<name>.txt` beside a test's source file.
    /// - Returns: nil when they are equal, else what differs, for people.
    /// - Throws: what the file system says when a record cannot be read or written.
    public static func difference(of text: String, from name: String, beside test: String = #filePath) throws -> String?
    {
        let folder =
            test.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/Snapshots"
        let path = folder + "/\(name).txt"
        let isRecorded = FileManager.default.fileExists(atPath: path)
        if isRecorded {
            let record = try String(contentsOfFile: path, encoding: .utf8)
            if record == text { return nil }
            guard ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" else {
                return firstDifference(text, record, name)
            }
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return isRecorded ? nil : "\(name): there was no record; it is written now, look at it: \(path)"
    }

    private static func firstDifference(_ text: String, _ record: String, _ name: String) -> String {
        let now = text.split(separator: "\n", omittingEmptySubsequences: false)
        let before = record.split(separator: "\n", omittingEmptySubsequences: false)
        for number in 0..<max(now.count, before.count) {
            let new = number < now.count ? String(now[number]) : "(nothing)"
            let old = number < before.count ? String(before[number]) : "(nothing)"
            if new != old {
                return "\(name), line \(number + 1)\nrecord: \(old)\nnow:    \(new)\n\nthe whole screen now:\n\(text)"
            }
        }
        return "\(name): differs"
    }
}
