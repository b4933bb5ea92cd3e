/// The user's language, as far as the reader's numbers care.
enum LocaleName {
    static func isFrench(_ environment: [String: String]) -> Bool {
        let name = ["LC_ALL", "LC_NUMERIC", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return name.hasPrefix("fr")
    }
}
