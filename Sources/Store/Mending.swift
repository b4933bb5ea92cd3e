import GRDB
import Text
import TimelineModel

/// Making a new file in the place of a damaged or lost one. It is made whole, with all that comes back, under another
/// name first, and each step leaves on the disk where it got to: wherever one ends too early (a killed process, a full
/// disk, no power), the next start goes on, and no store without the marks stands in the place of one that had them.
///
/// 1. The damaged file is renamed to `….damaged`, its log follows.
/// 2. The new one is made as `….new`.
/// 3. It is renamed to the store's name.
/// 4. The damaged file gets its last name, `….corrupt-<time>`.
extension Opening {
    private var damaged: String { file + ".damaged" }

    private var keptLog: String { damaged + "-log" }

    private static let besides = ["-wal", "-shm"]

    /// An earlier start did not come to its end.
    var isBeingReplaced: Bool { Files.exists(damaged) }

    func replace(because reason: SafeText) throws(StoreError) -> (store: PostStore, report: OpeningReport) {
        // Whether there are backups is known before anything is touched.
        let backup = try newestBackup()
        _ = try finishReplacing()
        try Files.rename(file, to: damaged)
        return try goOn(because: reason, backup)
    }

    /// There is no file: a new user, or one that was lost, or an earlier start ended after its first step.
    func begin() throws(StoreError) -> (store: PostStore, report: OpeningReport) {
        let backup = try newestBackup()
        if isBeingReplaced { return try goOn(because: "an earlier start could not mend it", backup) }
        var report = OpeningReport()
        report.isNew = true
        if (Files.size(file + "-wal") ?? 0) > 0 {
            // It belongs to a file that is gone: SQLite would take it for the new one's, or refuse it.
            let aside = freeName()
            try moveBesides(file, to: aside)
            report.movedAside = aside
            report.messages.append(
                "The store was gone. Its log was kept as \(SafeText(sanitizing: aside))-wal and a new store was begun; posts will be fetched again."
            )
        }
        let isSalvaged = try build(from: backup, salvaging: nil, &report)
        if backup != nil || report.movedAside != nil { report.messages.append(report.kept(isSalvaged)) }
        return (try connect(), report)
    }

    /// The last step, if an earlier start did not come to it.
    func finishReplacing() throws(StoreError) -> OpeningReport {
        var report = OpeningReport()
        guard isBeingReplaced else { return report }
        let aside = try giveLastName()
        report.movedAside = aside
        report.messages.append(
            "The store was damaged and an earlier start replaced it; the damaged one was kept as \(SafeText(sanitizing: aside))."
        )
        return report
    }

    private func goOn(
        because reason: SafeText, _ backup: String?
    ) throws(StoreError) -> (store: PostStore, report: OpeningReport) {
        var report = OpeningReport()
        try moveBesides(file, to: damaged)
        // Whoever closes the file last deletes its log, also the part of it that could not be read.
        Files.link(damaged + "-wal", as: keptLog)
        let isSalvaged = try build(from: backup, salvaging: damaged, &report)
        // Before the last step, which would not be left to a later start that can tell of it.
        let store = try connect()
        let aside = try giveLastName()
        report.movedAside = aside
        report.messages = [
            "The store was damaged (\(reason)). It was kept as \(SafeText(sanitizing: aside)) and a new one was begun; posts will be fetched again.",
            report.kept(isSalvaged),
        ]
        return (store, report)
    }

    /// Makes the new file: marks and positions come first from the backup, then whatever the damaged file itself still
    /// gives and that is newer. It has no log before it stands in its place.
    /// - Returns: whether the damaged file gave all its marks.
    private func build(
        from backup: String?, salvaging damaged: String?, _ report: inout OpeningReport
    ) throws(StoreError) -> Bool {
        let new = file + ".new"
        let leftovers = ([""] + Opening.besides + ["-journal"]).map { new + $0 }
        leftovers.forEach(Files.remove)
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        do {
            let (salvaged, marks) = try SingleConnection.with(new, configuration) { database in
                try Schema.migrate(database)
                if let backup { try StateCopy.merge(backup, into: database) }
                let salvaged = try damaged.map { try StateCopy.salvage($0, into: database) } ?? StateCopy.Salvage()
                return (salvaged, try database.integer("SELECT count(*) FROM mark"))
            }
            Files.restrictToUser(new)
            try Files.rename(new, to: file)
            report.restoredFrom = backup
            if backup != nil || damaged != nil { report.restoredMarks = Int(marks ?? 0) }
            (report.restoredStars, report.lostStars) = (salvaged.stars, salvaged.lostStars)
            return salvaged.hasAllMarks
        } catch {
            // Begun anew next time; meanwhile it may be what fills the disk.
            let known = StoreError(error, at: file)
            leftovers.forEach(Files.remove)
            throw known
        }
    }

    private func newestBackup() throws(StoreError) -> String? {
        try StateCopy.newestGoodBackup(in: PostStore.backupDirectory(besides: path))
    }

    private func giveLastName() throws(StoreError) -> String {
        let aside = freeName()
        // The file last: a log without it would become that of the next damaged one.
        try moveBesides(damaged, to: aside)
        if Files.exists(keptLog) {
            try Files.rename(keptLog, to: aside + "-wal")
            // Two names of one file stay two names.
            Files.remove(keptLog)
        }
        try Files.rename(damaged, to: aside)
        return aside
    }

    private func moveBesides(_ old: String, to new: String) throws(StoreError) {
        for suffix in Opening.besides where Files.exists(old + suffix) {
            try Files.rename(old + suffix, to: new + suffix)
        }
    }

    private static let corrupt = ".corrupt-"

    /// The files that got such a name, with their logs, ascending, and how many bytes each has.
    static func keptAside(besides path: String) throws(StoreError) -> [(path: String, bytes: Int)] {
        let file = Files.followed(path)
        let folder = Files.folder(of: file)
        return try Files.names(in: folder).map { folder + "/" + $0 }.filter { $0.hasPrefix(file + corrupt) }
            .map { ($0, Files.size($0) ?? 0) }
    }

    private func freeName() -> String {
        let stamp = String(now.rfc3339.filter { $0 != ":" && $0 != "-" }.prefix(15)) + "Z"
        let wanted = file + Opening.corrupt + stamp
        var name = wanted
        var attempt = 1
        while ([""] + Opening.besides).contains(where: { Files.exists(name + $0) }) {
            attempt += 1
            name = "\(wanted)-\(attempt)"
        }
        return name
    }
}

extension OpeningReport {
    /// What came back, for people.
    fileprivate func kept(_ isSalvaged: Bool) -> SafeText {
        let posts: SafeText =
            restoredStars == 0
            ? "" : restoredStars == 1 ? " One starred post, too." : " \(restoredStars) starred posts, too."
        let lost: SafeText =
            lostStars == 0
            ? ""
            : " The texts of \(lostStars) starred posts were not kept; they come again where sources still list them."
        return marksKept(isSalvaged) + posts + lost
    }

    private func marksKept(_ isSalvaged: Bool) -> SafeText {
        switch (restoredFrom, isSalvaged) {
        case (let backup?, true):
            "\(restoredMarks) marks were kept, from the damaged file and the backup \(SafeText(sanitizing: backup))."
        case (let backup?, false):
            "\(restoredMarks) marks were kept, from what could be read and the backup \(SafeText(sanitizing: backup)); others may be lost."
        case (nil, true): "\(restoredMarks) marks were kept, from the damaged file; there was no backup."
        case (nil, false) where restoredMarks > 0:
            "\(restoredMarks) marks were kept, from what could be read; there was no good backup, and others may be lost."
        case (nil, false): "No marks could be kept: the file gave none and there was no good backup."
        }
    }
}
