import ReaderCore
import Text
import TimelineModel

/// Threads, authors and versions as servers would answer about the posts of `Sample`.
extension Sample {
    static func place(_ id: String, account: String? = nil) -> RemotePlace {
        RemotePlace(server: server, account: account.flatMap { AccountName($0) }, id: id)
    }

    /// A post of a thread: `parent` names the one it answers.
    static func found(
        _ name: String, answers parent: String? = nil, by author: SafeText = "Ana",
        handle: SafeText? = "ana@mastodon.example",
        at time: String = "14:00", _ text: SafeText = "A text.", isRead: Bool = false, account: String? = nil,
        _ change: (inout Post) -> Void = { _ in }
    ) -> FoundPost {
        var post = Post(
            id: id(name), remoteID: name, network: .mastodon, kind: parent == nil ? .post : .reply,
            author: Author(name: author, handle: handle), body: RichText(plain: text), published: clock(time))
        post.replyTo = parent.map { ReplyReference(remoteID: $0, handle: "ana@mastodon.example") }
        change(&post)
        return FoundPost(post: post, place: place(name, account: account), isRead: isRead)
    }

    /// The thread of `aubry`: one post above, three answers below, one of them with a fork of its own.
    static let aubryThread = Conversation(
        opened: found(
            "aubry", answers: "question", by: "Cabinet Aubry", handle: "aubry@mastodon.social", at: "14:31",
            "Oui, en trois points. L’accord écrit n’est plus une simple formalité, quoi qu’en dise « la pratique »."),
        ancestors: [
            found(
                "question", by: "Léa Marchand", handle: "lea@piaille.example", at: "12:30",
                "Quelqu’un a lu l’arrêt d’hier ?", isRead: true)
        ],
        descendants: [
            found("tom", answers: "aubry", by: "Tom Weber", handle: "tom@chaos.example", at: "14:32", "Merci !"),
            found("why", answers: "tom", by: "山口ゆき", handle: "yuki@example.jp", at: "14:32", "どうして？"),
            found("because", answers: "why", by: "Tom Weber", handle: "tom@chaos.example", at: "14:33", "Parce que."),
            found("also", answers: "why", by: "Inès Caron", handle: nil, at: "14:33", "Voir aussi l’arrêt de 2019.") {
                $0.contentWarning = "droit social"
            },
            found("orphan", answers: "nowhere", by: "Bob", at: "14:33", "I disagree with the one above.") {
                $0.attachments = [Attachment(kind: .image, address: nil, alt: "A chart")]
            },
            found(
                "long", answers: "aubry", by: "Journal officiel", at: "14:34",
                "Un long texte qui ne tient pas sur une ligne : l’employeur prend en charge les frais, le refus doit être motivé, l’accord peut être dénoncé avec un préavis, et le salarié garde tous ses droits. Les juges l’ont rappelé trois fois cette année, dans des affaires où l’employeur avait tout simplement cessé de répondre aux courriers."
            ),
        ])

    static let aubryProfile: AuthorProfile = {
        var profile = AuthorProfile(
            author: Author(
                name: "Cabinet Aubry", handle: "aubry@mastodon.social",
                address: WebAddress("https://mastodon.social/@aubry")),
            place: place("77"),
            note: RichText(plain: "Avocats en droit du travail : conseil et contentieux.\n\nNous répondons le matin."),
            fields: [
                AuthorProfile.Field(
                    name: "Site", value: RichText(plain: "https://aubry-avocats.fr"), isVerified: true),
                AuthorProfile.Field(name: "Ville", value: RichText(plain: "Nantes")),
            ], posts: 1204, followers: 15_300, following: 12, joined: time("2019-04-02T00:00:00Z"), isLocked: true)
        profile.relationship = [.follows, .followsUser]
        return profile
    }()

    static let aubryPosts = FoundPosts(posts: [
        found(
            "aubry", by: "Cabinet Aubry", handle: "aubry@mastodon.social", at: "14:31",
            "Nouvelle jurisprudence sur le télétravail."),
        {
            var boost = found("boosted", by: "Ana", at: "11:00", "Le colloque est complet.", isRead: true)
            boost.boostedBy = aubryProfile.author
            return boost
        }(),
        found("a2", by: "Cabinet Aubry", handle: "aubry@mastodon.social", at: "09:15", "Bonjour !"),
    ])

    static let versions = [
        PostVersion(at: clock("14:33"), body: RichText(plain: "Nouvelle jurisprudence sur le télétravail, corrigée.")),
        PostVersion(
            at: clock("14:31"), contentWarning: "droit", body: RichText(plain: "Nouvelle jurisprudense."),
            attachments: [Attachment(kind: .image, address: nil)], pollOptions: ["Oui", "Non"]),
    ]

    /// The mock-up with servers behind it.
    static func mockUpWithServers() -> FakeStore {
        var store = mockUp()
        store.details[id("aubry")]?.post.replyTo = ReplyReference(remoteID: "question", handle: "lea@piaille.example")
        let post = PostReference(id("aubry"))
        store.visits = [
            Visit.Request(.thread(post)): .thread(aubryThread),
            Visit.Request(.author("aubry@mastodon.social", via: post)): .author(aubryProfile, aubryPosts),
            Visit.Request(.versions(post)): .versions(versions),
        ]
        return store
    }
}
