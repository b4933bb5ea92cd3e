import Decoding
import FoundationEssentials
import Text
import TimelineModel

/// The conformance data that a developer may have beside the repository: the folder that `PERCHOIR_CORPUS` names.
enum Corpus {
    static let folder = ProcessInfo.processInfo.environment["PERCHOIR_CORPUS"]
    static var isThere: Bool { folder?.isEmpty == false }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: (folder ?? "") + "/" + path)))
    }

    static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: bytes(path)) }

    static func files(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: (folder ?? "") + "/" + path).sorted()
            .filter { $0.contains(".") }.map { path + "/" + $0 }
    }
}

/// Everything of a page that can be shown, to be searched for what must never be shown.
enum ShownText {
    static func everything(_ page: Page) -> [String] {
        var texts = page.skipped.map(\.string)
        texts.append(page.profile.title?.string ?? "")
        for item in page.items {
            let post = item.post
            texts += [
                post.title?.string ?? "", post.body.plain.string, post.contentWarning?.string ?? "",
                post.author.name.string, post.author.handle?.string ?? "", post.address?.text ?? "",
                post.quoted?.text.string ?? "", post.quoted?.author?.name.string ?? "",
                post.card?.title.string ?? "", post.card?.summary?.string ?? "", post.card?.provider?.string ?? "",
                item.sighting.boostedBy?.name.string ?? "", post.replyTo?.handle?.string ?? "",
            ]
            texts += post.tags.map(\.string) + post.mentions.map(\.handle.string)
            texts += post.attachments.flatMap {
                [$0.alt?.string ?? "", $0.mediaType?.string ?? "", $0.address?.text ?? ""]
            }
            texts += post.poll?.options.map(\.title.string) ?? []
            texts += post.body.links.map(\.text)
        }
        return texts
    }

    /// The scalars that no shown text may hold: controls but LF, bidi controls, line separators.
    static func forbidden(in texts: [String]) -> [Unicode.Scalar] {
        texts.flatMap { $0.unicodeScalars.filter(isForbidden) }
    }

    static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a: return false
        case 0..<0x20, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069, 0x2028, 0x2029, 0xfeff: return true
        default: return false
        }
    }
}
