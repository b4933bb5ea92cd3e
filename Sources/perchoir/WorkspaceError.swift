import Glibc
import Networks
import Settings
import Store
import Text
import TimelineModel

/// Why a command cannot go on, with the exit status of sysexits that says so.
struct WorkspaceError: Error {
    let message: SafeText
    let status: ExitStatus

    init(_ message: SafeText, _ status: ExitStatus) {
        self.message = message
        self.status = status
    }

    init(_ error: StoreError) {
        message = error.message
        switch error {
        case .newerVersion, .damaged: status = .badData
        case .unreachable, .notBackedUp: status = .cannotCreate
        case .full: status = .inputOutput
        case .busy, .replaced: status = .tryAgain
        case .failed: status = .software
        }
    }

    init(_ error: FileTrouble) {
        message = error.shown
        status =
            switch error.kind {
            case .refused: .noPermission
            case .changed: .tryAgain
            case .malformed: .badData
            case .system(EACCES), .system(EPERM), .system(EROFS): .noPermission
            case .system(ENOTDIR), .system(EISDIR): .cannotCreate
            case .system: .inputOutput
            }
    }

    init(_ error: ConfigurationFile.EditTrouble) {
        switch error {
        case .file(let trouble): self.init(trouble)
        case .text(let problem): self.init(problem.shown, .configuration)
        }
    }

    init(_ error: FetchError) {
        self.init(error.message, Self.status(of: error.kind))
    }

    init(_ error: SignInError) {
        if case .exchange(let kind) = error.reason {
            self.init(error.message, Self.status(of: kind))
        } else {
            self.init(error.message, .noPermission)
        }
    }

    private static func status(of kind: FetchError.Kind) -> ExitStatus {
        switch kind {
        case .unauthorized, .forbidden: .noPermission
        case .rateLimited, .cancelled: .tryAgain
        case .unreadable, .tooLarge: .badData
        case .noAddress: .usage
        default: .unavailable
        }
    }
}
