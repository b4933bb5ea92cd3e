import Settings
import Store
import Synchronization
import TimelineModel

// What is done after changes and while nothing else is.
extension Workspace {
    private static let backupInterval: Int64 = 86_400

    /// Judges every stored post that changed filters, or another persona's source, left without a verdict.
    func judge() throws(WorkspaceError) {
        var isChanged = false
        do throws(StoreError) {
            var progress = try store.judgeNextBatch(now: SystemClock.now())
            while true {
                if progress.changed > 0 { isChanged = true }
                guard !progress.isDone else { break }
                progress = try store.judgeNextBatch(now: SystemClock.now())
            }
        } catch {
            throw WorkspaceError(error)
        }
        if isChanged { Doorbell.ring(at: doorbellPath) }
    }

    /// A step of what is done while idle: the daily backup of the user's own data, and forgetting what is old enough.
    /// - Returns: whether nothing is left to be done.
    func keepHouse(at now: Timestamp) throws(StoreError) -> Bool {
        let layout = try store.layout()
        let last = layout["last-backup"].flatMap { Int64($0) } ?? 0
        // A time in the future is that of a clock which was wrong; waiting for it would be a year without backups.
        if !(0...Self.backupInterval * 1000).contains(now.milliseconds - last) {
            try store.backUpState(at: now)
            try store.saveLayout(["last-backup": String(now.milliseconds)])
        }
        // What a mistake in the file hides is not what the user wants to be forgotten.
        guard !current.withLock({ $0.isPartial }), let retention = configuration.retention else { return true }
        guard try store.trustsClock(at: now) else { return true }
        return try store.prune(at: now, days: max(1, retention / 86_400)).isDone
    }
}
