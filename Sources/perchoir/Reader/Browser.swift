import Dispatch
import Glibc
import Terminal
import Text
import TimelineModel

/// Opening a link in the user's browser: no shell, the address as one argument, http and https alone.
struct Browser {
    let environment: [String: String]

    /// Browsers that draw in the terminal and so need it for themselves.
    private static let inTerminal: Set<String> = [
        "lynx", "w3m", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "cha", "felinks",
    ]

    struct Launch: Equatable {
        let path: String
        let arguments: [String]
        let takesTerminal: Bool

        /// The program and its arguments.
        var command: [String] { [path] + arguments }

        var name: SafeText { SafeText(sanitizing: path.split(separator: "/").last.map(String.init) ?? path) }

        /// What there is to say about how it went; nil when it went well.
        func complaint(about outcome: ExternalProgram.Outcome) -> SafeText? {
            switch outcome {
            case .exited(0): nil
            case .exited(let status): "\(name) ended with status \(status)"
            case .killed(let signal): "\(name) was ended by signal \(signal)"
            case .notFound: "\(name) was not found"
            case .failed: "\(name) could not be started"
            }
        }
    }

    /// What would be run: the first of `$BROWSER`'s choices that exists, else the desktop's opener.
    func launch(for address: WebAddress) -> Launch? {
        for choice in (environment["BROWSER"] ?? "").split(separator: ":") {
            let words = choice.split(separator: " ").map(String.init)
            guard let program = words.first, let path = find(program) else { continue }
            var arguments = words.dropFirst().map { $0.replacing("%s", with: address.text) }
            if !words.contains(where: { $0.contains("%s") }) { arguments.append(address.text) }
            let name = program.split(separator: "/").last.map(String.init) ?? program
            return Launch(path: path, arguments: arguments, takesTerminal: Self.inTerminal.contains(name))
        }
        let hasDesktop = environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil
        if hasDesktop, let opener = find("xdg-open") {
            return Launch(path: opener, arguments: [address.text], takesTerminal: false)
        }
        for name in ["w3m", "lynx", "links", "elinks"] {
            if let path = find(name) { return Launch(path: path, arguments: [address.text], takesTerminal: true) }
        }
        return nil
    }

    /// Why there is none to be run.
    var trouble: SafeText {
        let chosen = (environment["BROWSER"] ?? "").split(separator: ":").compactMap { $0.split(separator: " ").first }
        guard let first = chosen.first else { return "No browser found; set BROWSER, or copy the link" }
        return
            "BROWSER names \(SafeText(sanitizing: String(first), as: .name)), which cannot be run; mend it, or copy the link"
    }

    private func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        for folder in (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
            let path = folder + "/" + program
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }

    /// Starts one beside the reader, on a queue of its own, because a browser may stay for hours.
    func start(_ launch: Launch, orFailed failed: @escaping @Sendable (SafeText) -> Void) {
        DispatchQueue(label: "perchoir.browser", qos: .utility).async {
            if let complaint = launch.complaint(about: ExternalProgram.run(launch.command)) { failed(complaint) }
        }
    }
}
