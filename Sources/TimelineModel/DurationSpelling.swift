/// Times as people write them, in config.toml, in queries and on the command line: a whole number and one of the
/// letters m, h, d, w and y.
public enum DurationSpelling {
    private static let units: [(letter: Character, seconds: Int)] = [
        ("y", 365 * 86_400), ("w", 7 * 86_400), ("d", 86_400), ("h", 3600), ("m", 60),
    ]

    /// Seconds of `45m`, `6h`, `3d`, `2w`, `1y`; nil for anything else and for more than a thousand years.
    public static func read(_ text: String) -> Int? {
        guard let unit = units.first(where: { $0.letter == text.last }) else { return nil }
        let digits = text.dropLast()
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let count = Int(digits), count <= 1000 * 365 * 86_400 / unit.seconds
        else { return nil }
        return count * unit.seconds
    }

    /// In the largest of days, hours and minutes that leaves nothing over; seconds under a minute are rounded up.
    public static func write(_ seconds: Int) -> String {
        let whole = (seconds + 59) / 60 * 60
        // Weeks and years are left to people: "7d" is plainer than "1w".
        for unit in units where "dhm".contains(unit.letter) && whole >= unit.seconds && whole % unit.seconds == 0 {
            return "\(whole / unit.seconds)\(unit.letter)"
        }
        return "\(whole / 60)m"
    }
}
