import Foundation
import Store

extension PostStore {
    /// Commits that stand in the write-ahead log: frames that say how large the file is after them.
    /// Source: sqlite.org/fileformat2.html section 4.1.
    func commits() throws -> Int {
        let log = [UInt8](try Data(contentsOf: URL(filePath: path + "-wal")))
        func number(_ place: Int) -> Int { log[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = 24 + number(8)
        return stride(from: 32, through: log.count - frame, by: frame).count {
            log[$0 + 8..<$0 + 16] == log[16..<24] && number($0 + 4) != 0
        }
    }
}
