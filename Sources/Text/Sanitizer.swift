// To be completed: allow-list of protocols.md section G.
enum Sanitizer {
    static func sanitize(_ raw: String, as form: SafeText.Form) -> String {
        String(raw.unicodeScalars.filter { $0.value >= 32 || ($0 == "\n" && form == .body) })
    }
}
