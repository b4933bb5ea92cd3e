public import Text

/// A JSON value to be written: for `list --json` and `inspect --json`.
public indirect enum JSONTerm: Sendable {
    case null
    case bool(Bool)
    case number(Int)
    /// A number with two decimals, in hundredths.
    case hundredths(Int)
    case string(String)
    case array([JSONTerm])
    /// Written in this order.
    case object([(name: String, value: JSONTerm)])

    /// A string, or null where there is none.
    public static func text(_ safe: SafeText?) -> JSONTerm { safe.map { .string($0.string) } ?? .null }
    /// The whole address as a string, or null where there is none.
    public static func address(_ address: WebAddress?) -> JSONTerm { address.map { .string($0.text) } ?? .null }
    /// RFC 3339 in UTC, or null where there is none.
    public static func time(_ moment: Timestamp?) -> JSONTerm { moment.map { .string($0.rfc3339) } ?? .null }

    /// The value on one line (NDJSON). Whatever a terminal or a line reader could take for more than a letter is
    /// escaped: controls (C0, DEL, C1), U+2028 and U+2029, bidi controls and other invisible format characters. A
    /// program that reads the line gets every string back as it was.
    public var line: String {
        var output: [UInt8] = []
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .number(let value): output += String(value).utf8
        case .hundredths(let value):
            let (whole, rest) = abs(value).quotientAndRemainder(dividingBy: 100)
            output += "\(value < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)".utf8
        case .string(let value): JSONTerm.write(value, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                JSONTerm.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": output += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
            case "\\": output += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            case "\n": output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case "\t": output += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            default:
                if mustEscape(scalar) {
                    for unit in String(Character(scalar)).utf16 {
                        let digits = Array(String(unit, radix: 16).utf8)
                        output += [UInt8(ascii: "\\"), UInt8(ascii: "u")]
                        output += Array(repeating: UInt8(ascii: "0"), count: 4 - digits.count) + digits
                    }
                } else if scalar.isASCII {
                    // Most of what is written; the general way takes ten times as long.
                    output.append(UInt8(scalar.value))
                } else {
                    output += scalar.utf8
                }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f, 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb,
            0xe0000...0xe007f:
            return true
        default: return false
        }
    }
}

/// Posts as programs read them: the fields of `list --json` that a post has by itself.
public enum PostJSON {
    /// In the order of the documentation; a caller that knows more (personas, marks, verdicts) appends its own members.
    /// What a post does not have is null; `boostedBy` and `contentWarning` are left out then.
    /// - Parameter sighting: how a source carried it: makes it a boost or not.
    public static func members(of post: Post, sighting: Sighting? = nil) -> [(name: String, value: JSONTerm)] {
        var members: [(name: String, value: JSONTerm)] = [
            ("id", .string(post.id.key)),
            ("remoteID", .string(post.remoteID)),
            ("network", .string(post.network.rawValue)),
            ("author", author(post.author)),
            ("published", .time(post.published)),
            ("edited", .time(post.edited)),
            ("text", .text(post.body.plain)),
            ("title", .text(post.title)),
            ("url", .address(post.address)),
            ("language", post.language.map { .string($0) } ?? .null),
            ("kind", .string(sighting?.boostedBy == nil ? post.kind.rawValue : "boost")),
        ]
        if let booster = sighting?.boostedBy {
            members.append(("boostedBy", .object([("name", .text(booster.name)), ("handle", .text(booster.handle))])))
        }
        if let warning = post.contentWarning { members.append(("contentWarning", .text(warning))) }
        members += [
            ("links", .array(post.body.links.map { .string($0.text) })),
            ("media", .array(post.attachments.map(media))),
            ("tags", .array(post.tags.map { .string($0.string) })),
            (
                "counts",
                .object([
                    ("boosts", .number(post.counts.boosts)), ("favourites", .number(post.counts.favourites)),
                    ("replies", .number(post.counts.replies)),
                ])
            ),
        ]
        return members
    }

    private static func author(_ author: Author) -> JSONTerm {
        .object([("name", .text(author.name)), ("handle", .text(author.handle)), ("url", .address(author.address))])
    }

    private static func media(_ attachment: Attachment) -> JSONTerm {
        .object([
            ("kind", .string(attachment.kind.rawValue)), ("url", .address(attachment.address)),
            ("alt", .text(attachment.alt)),
        ])
    }
}
