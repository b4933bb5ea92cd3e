import Glibc
import Text

/// A file in which the user keeps one secret and nothing else.
public enum SecretFile {
    /// What the file holds. Symbolic links are followed: the user named the file.
    /// - Throws: unless it is a plain file of the user's that nobody else can read, with UTF-8 text.
    public static func text(of path: String) throws(FileTrouble) -> String {
        guard let content = try Files.read(path, limit: 65536) else {
            throw FileTrouble(.system(ENOENT), path: path, "there is no such file")
        }
        try content.requirePrivate(path)
        guard let text = text(content.bytes) else {
            throw FileTrouble(.malformed, path: path, "this is not UTF-8 text")
        }
        return text
    }

    /// What a program or a file gives: one line end (LF or CRLF) at the end is not part of the secret.
    static func text(_ bytes: [UInt8]) -> String? {
        var bytes = bytes[...]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Files.Content {
    /// Secrets are read only from files that belong to the user and that nobody else can open.
    func requirePrivate(_ path: String) throws(FileTrouble) {
        guard owner == geteuid() else {
            throw FileTrouble(.refused, path: path, "belongs to somebody else; secrets are read from your own files")
        }
        guard mode & 0o077 == 0 else {
            throw FileTrouble(
                .refused, path: path,
                "others can open it, so what it holds is no secret: chmod 600 \(Files.quotedForShell(path))")
        }
    }
}
