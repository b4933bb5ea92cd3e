import Glibc
public import Text

/// A file that cannot be read or written, or must not be.
public struct FileTrouble: Error, Hashable, Sendable {
    /// What the trouble is.
    public enum Kind: Hashable, Sendable {
        /// Owner, mode or type are not what a file of this kind must have.
        case refused
        /// It is not the file that was read before.
        case changed
        /// What it holds cannot be used.
        case malformed
        /// The system said no; its error number.
        case system(Int32)
    }

    public let kind: Kind
    /// As it was asked for, made fit to be shown.
    public let path: SafeText
    /// What happened and what can be done, without the path.
    public let message: SafeText

    public init(_ kind: Kind, path: String, _ message: SafeText) {
        self.kind = kind
        self.path = SafeText(sanitizing: path)
        self.message = message
    }

    /// From the error number that the system just set.
    static func system(_ path: String, _ doing: SafeText, error: Int32 = errno) -> FileTrouble {
        let reason = SafeText(sanitizing: String(cString: strerror(error)))
        return FileTrouble(.system(error), path: path, "\(doing): \(reason)")
    }

    public var shown: SafeText { "\(path): \(message)" }
}
