import Text
import TimelineModel

/// What of a post stands in no column of its own, as one record (`post.detail`). Tags are never reused.
enum PostCoding {
    static let version: UInt8 = 1

    static func encode(_ post: Post) -> [UInt8] {
        var record = FieldWriter()
        record.version(version)
        record.text(1, post.remoteID)
        record.text(2, post.address?.text)
        record.text(3, post.author.address?.text)
        record.flag(4, post.author.isBot)
        for tag in post.tags { record.text(5, tag.string) }
        for mention in post.mentions {
            record.nested(6) {
                $0.text(1, mention.handle.string)
                $0.text(2, mention.address?.text)
            }
        }
        for attachment in post.attachments { record.nested(7) { encode(attachment, into: &$0) } }
        if let card = post.card {
            record.nested(8) {
                $0.text(1, card.address.text)
                $0.text(2, card.title.string)
                $0.text(3, card.summary?.string)
                $0.text(4, card.provider?.string)
            }
        }
        if let poll = post.poll { record.nested(9) { encode(poll, into: &$0) } }
        if let quoted = post.quoted { record.nested(10) { encode(quoted, into: &$0) } }
        if let reply = post.replyTo {
            record.nested(11) {
                $0.text(1, reply.remoteID)
                $0.text(2, reply.handle?.string)
                $0.flag(3, reply.isSelfThread)
            }
        }
        record.number(12, Int64(post.counts.boosts))
        record.number(13, Int64(post.counts.favourites))
        record.number(14, Int64(post.counts.replies))
        record.text(15, post.visibility?.rawValue)
        record.text(16, post.comments?.text)
        for span in post.body.spans { record.nested(17) { encode(span, into: &$0) } }
        return record.bytes
    }

    /// Fills the fields of `post` that a record carries. A record of a later version gives what this one knows.
    static func decode(_ bytes: [UInt8], into post: inout Post) {
        var reader = FieldReader(bytes[...])
        guard reader.version() != nil else { return }
        var spans: [RichText.Span] = []
        for field in reader {
            switch field.tag {
            case 1: post.remoteID = field.text
            case 2: post.address = WebAddress(field.text)
            case 3: post.author.address = WebAddress(field.text)
            case 4: post.author.isBot = field.number != 0
            case 5: post.tags.append(SafeText(storedSafe: field.text, as: .line))
            case 6:
                var mention = Mention(handle: "", address: nil)
                for part in field.fields {
                    if part.tag == 1 { mention.handle = SafeText(storedSafe: part.text, as: .line) }
                    if part.tag == 2 { mention.address = WebAddress(part.text) }
                }
                post.mentions.append(mention)
            case 7: post.attachments.append(attachment(field.fields))
            case 8: post.card = card(field.fields)
            case 9: post.poll = poll(field.fields)
            case 10: post.quoted = quoted(field.fields)
            case 11:
                var reply = ReplyReference(remoteID: "")
                for part in field.fields {
                    if part.tag == 1 { reply.remoteID = part.text }
                    if part.tag == 2 { reply.handle = SafeText(storedSafe: part.text, as: .line) }
                    if part.tag == 3 { reply.isSelfThread = part.number != 0 }
                }
                post.replyTo = reply
            case 12: post.counts.boosts = Int(field.number)
            case 13: post.counts.favourites = Int(field.number)
            case 14: post.counts.replies = Int(field.number)
            case 15: post.visibility = Post.Visibility(rawValue: field.text)
            case 16: post.comments = WebAddress(field.text)
            case 17: if let span = span(field.fields, in: post.body.plain) { spans.append(span) }
            default: break
            }
        }
        post.body = RichText(plain: post.body.plain, spans: spans)
    }

    // MARK: Authors, who also stand alone as boosters

    static func encode(_ author: Author) -> [UInt8] {
        var record = FieldWriter()
        encode(author, into: &record)
        return record.bytes
    }

    static func author(_ bytes: [UInt8]) -> Author { author(FieldReader(bytes[...])) }

    private static func encode(_ author: Author, into record: inout FieldWriter) {
        record.text(1, author.name.string)
        record.text(2, author.handle?.string)
        record.text(3, author.address?.text)
        record.flag(4, author.isBot)
    }

    private static func author(_ fields: FieldReader) -> Author {
        var author = Author(name: "")
        for part in fields {
            switch part.tag {
            case 1: author.name = SafeText(storedSafe: part.text, as: .line)
            case 2: author.handle = SafeText(storedSafe: part.text, as: .line)
            case 3: author.address = WebAddress(part.text)
            case 4: author.isBot = part.number != 0
            default: break
            }
        }
        return author
    }

    // MARK: Parts

    private static func encode(_ attachment: Attachment, into record: inout FieldWriter) {
        record.text(1, attachment.kind.rawValue)
        record.text(2, attachment.address?.text)
        record.text(3, attachment.alt?.string)
        record.text(4, attachment.mediaType?.string)
        record.number(5, attachment.size.map(Int64.init))
    }

    private static func attachment(_ fields: FieldReader) -> Attachment {
        var attachment = Attachment(kind: .file, address: nil)
        for part in fields {
            switch part.tag {
            case 1: attachment.kind = Attachment.Kind(rawValue: part.text) ?? .file
            case 2: attachment.address = WebAddress(part.text)
            case 3: attachment.alt = SafeText(storedSafe: part.text, as: .body)
            case 4: attachment.mediaType = SafeText(storedSafe: part.text, as: .line)
            case 5: attachment.size = Int(part.number)
            default: break
            }
        }
        return attachment
    }

    private static func card(_ fields: FieldReader) -> LinkCard? {
        var address: WebAddress?
        var title: SafeText = ""
        var summary: SafeText?
        var provider: SafeText?
        for part in fields {
            switch part.tag {
            case 1: address = WebAddress(part.text)
            case 2: title = SafeText(storedSafe: part.text, as: .body)
            case 3: summary = SafeText(storedSafe: part.text, as: .body)
            case 4: provider = SafeText(storedSafe: part.text, as: .line)
            default: break
            }
        }
        return address.map { LinkCard(address: $0, title: title, summary: summary, provider: provider) }
    }

    private static func encode(_ poll: Poll, into record: inout FieldWriter) {
        for option in poll.options {
            record.nested(1) {
                $0.text(1, option.title.string)
                $0.number(2, option.votes.map(Int64.init))
                $0.flag(3, option.isOwn)
            }
        }
        record.number(2, poll.expires?.milliseconds)
        record.flag(3, poll.isExpired)
        record.flag(4, poll.allowsSeveral)
        record.number(5, Int64(poll.votes))
        record.number(6, poll.voters.map(Int64.init))
    }

    private static func poll(_ fields: FieldReader) -> Poll {
        var poll = Poll(options: [])
        for part in fields {
            switch part.tag {
            case 1:
                var option = Poll.Option(title: "", votes: nil)
                for inner in part.fields {
                    if inner.tag == 1 { option.title = SafeText(storedSafe: inner.text, as: .body) }
                    if inner.tag == 2 { option.votes = Int(inner.number) }
                    if inner.tag == 3 { option.isOwn = inner.number != 0 }
                }
                poll.options.append(option)
            case 2: poll.expires = Timestamp(milliseconds: part.number)
            case 3: poll.isExpired = part.number != 0
            case 4: poll.allowsSeveral = part.number != 0
            case 5: poll.votes = Int(part.number)
            case 6: poll.voters = Int(part.number)
            default: break
            }
        }
        return poll
    }

    private static func encode(_ quoted: QuotedPost, into record: inout FieldWriter) {
        record.text(1, quoted.state.rawValue)
        record.text(2, quoted.id?.key)
        if let author = quoted.author { record.nested(3) { encode(author, into: &$0) } }
        record.text(4, quoted.text.string)
        record.text(5, quoted.address?.text)
    }

    private static func quoted(_ fields: FieldReader) -> QuotedPost {
        var quoted = QuotedPost(state: .unavailable)
        for part in fields {
            switch part.tag {
            case 1: quoted.state = QuotedPost.State(rawValue: part.text) ?? .unavailable
            case 2: quoted.id = PostID(part.text)
            case 3: quoted.author = author(part.fields)
            case 4: quoted.text = SafeText(storedSafe: part.text, as: .body)
            case 5: quoted.address = WebAddress(part.text)
            default: break
            }
        }
        return quoted
    }

    private static func encode(_ span: RichText.Span, into record: inout FieldWriter) {
        record.number(1, Int64(span.range.lowerBound))
        record.number(2, Int64(span.range.upperBound))
        switch span.kind {
        case .link(let address):
            record.number(3, 0)
            record.text(5, address.text)
        case .mention(let handle, let address):
            record.number(3, 1)
            record.text(4, handle.string)
            record.text(5, address?.text)
        case .hashtag(let tag, let address):
            record.number(3, 2)
            record.text(4, tag.string)
            record.text(5, address?.text)
        case .strong: record.number(3, 3)
        case .emphasis: record.number(3, 4)
        case .strikethrough: record.number(3, 5)
        case .code: record.number(3, 6)
        case .preformatted: record.number(3, 7)
        case .customEmoji: record.number(3, 8)
        }
    }

    /// Nil for a kind of a later version, and for a range outside the text: views slice by it.
    private static func span(_ fields: FieldReader, in plain: SafeText) -> RichText.Span? {
        var lower: Int64 = 0
        var upper: Int64 = 0
        var number: Int64 = -1
        var name: SafeText = ""
        var address: WebAddress?
        for part in fields {
            switch part.tag {
            case 1: lower = part.number
            case 2: upper = part.number
            case 3: number = part.number
            case 4: name = SafeText(storedSafe: part.text, as: .line)
            case 5: address = WebAddress(part.text)
            default: break
            }
        }
        guard lower >= 0, lower <= upper, upper <= plain.string.utf8.count else { return nil }
        let kind: RichText.Kind
        switch number {
        case 0:
            guard let address else { return nil }
            kind = .link(address)
        case 1: kind = .mention(handle: name, address)
        case 2: kind = .hashtag(name, address)
        case 3: kind = .strong
        case 4: kind = .emphasis
        case 5: kind = .strikethrough
        case 6: kind = .code
        case 7: kind = .preformatted
        case 8: kind = .customEmoji
        default: return nil
        }
        return RichText.Span(range: Int(lower)..<Int(upper), kind: kind)
    }
}
