/// The sentences of which arrivals are made. Slots in ‹› are filled by `Dice`.
struct Line: Sendable {
    var title: String?
    var text: String
    var language = "fr"
    var person: Person?
    var isToUser = false

    static let towns = [
        "Brest", "Quimper", "Lorient", "Audierne", "Morlaix", "Concarneau", "Douarnenez", "Redon", "Saint-Nazaire",
        "Vannes", "Roscoff", "Guingamp",
    ]
    static let topics = [
        "le télétravail", "les astreintes", "la preuve numérique", "le droit à la déconnexion", "la période d’essai",
        "les congés reportés", "le lanceur d’alerte", "la clause de mobilité",
    ]

    static func pool(of place: Arrival.Place) -> [Line] {
        switch place {
        case .main: main
        case .pro: pro
        case .hashtag: hashtag
        case .littoral: littoral
        case .courrier: courrier
        case .estuaire: estuaire
        case .feuille: feuille
        case .harbour: harbour
        }
    }

    private static let main = [
        Line(
            text: "Lu ton article dans le train pour ‹town›. Le passage sur les relectures vaut le détour.",
            person: .lea, isToUser: true),
        Line(
            text: "Does it also work with ‹number› accounts, or is three the limit?", language: "en", person: .tom,
            isToUser: true),
        Line(text: "Une question : tu réponds encore le dimanche ?", person: .hugo, isToUser: true),
        Line(text: "Pluie sur ‹town›, soleil ‹number› kilomètres plus loin. La routine.", person: .josephine),
        Line(text: "港に新しい船が来ました。今日は‹number›隻目です。", language: "ja", person: .yuki),
        Line(text: "وصلت ‹number› كتب جديدة إلى مكتبة الحي هذا الصباح.", language: "ar", person: .nadia),
        Line(text: "‹number› messages non lus. J’éteins, je marche, je reviens.", person: .lea),
        Line(
            text: "Lighthouse number ‹number› of the tour: closed for repainting, keeper offered tea.", language: "en",
            person: .tom),
        Line(text: "Je cherche un imprimeur à ‹town› pour un petit tirage. Des idées ?", person: .hugo),
        Line(
            text: "Les tomates du balcon de ‹town› ont rendu les armes. ‹number› bocaux, quand même 🍅",
            person: .josephine),
    ]

    private static let pro = [
        Line(
            text:
                "Décision intéressante à ‹town› sur ‹topic› : le juge détaille enfin son calcul. Commentaire à suivre.",
            person: .aubry),
        Line(
            text: "‹number› pages sur ‹topic›, et la réponse est dans une note de bas de page. La note ‹number›.",
            person: .ines),
        Line(text: "Négociation sur ‹topic› : accord signé à ‹town› après ‹number› réunions.", person: .karim),
        Line(
            text: "New guidance on monitoring at work: ‹number› examples, of which two are useful.", language: "en",
            person: .greta),
        Line(
            text: "Formation gratuite sur ‹topic› : il reste ‹number› places, en ligne, jeudi à 11 h.", person: .aubry),
        Line(
            text: "On me demande une position sur ‹topic›. La voici : cela dépend, et de ‹number› choses.",
            person: .ines),
        Line(
            text: "Rappel : sur ‹topic›, le délai court de la notification. Vu ‹number› erreurs ce mois-ci.",
            person: .karim),
    ]

    private static let hashtag = [
        Line(text: "Réplique à l’instant à ‹town›, très courte, comme une porte qui claque.", person: .maelle),
        Line(text: "Rien senti à ‹town›. Le chien, si.", person: .yann),
        Line(text: "Fissure signalée sur un vieux mur à ‹town›, sans gravité, périmètre posé.", person: .maelle),
        Line(text: "Au port de ‹town› on a compté ‹number› secondes. On comptait peut-être vite.", person: .yann),
    ]

    private static let littoral = [
        Line(
            title: "Séisme : ‹number› répliques recensées depuis la première secousse",
            text: "La plus forte a été ressentie à ‹town›."),
        Line(
            title: "Grève : ‹number› % des trains circulent au départ de ‹town›",
            text: "Les prévisions de demain seront publiées à 17 h."),
        Line(title: "‹town› : la circulation reprend sur le pont", text: "L’inspection n’a rien montré d’anormal."),
        Line(
            title: "Un voilier en difficulté secouru au large de ‹town›",
            text: "Les ‹number› personnes à bord sont saines et sauves."),
        Line(title: "Marchés : la criée de ‹town› clôture en hausse", text: "+‹number› % pour la langoustine."),
        Line(
            title: "Coupure d’eau à ‹town› : retour à la normale ce soir",
            text: "Quelque ‹number› rues restent concernées."),
    ]

    private static let courrier = [
        Line(
            title: "‹town›, le lendemain : « la vaisselle, c’est remplaçable »",
            text: "‹number› habitants racontent la nuit."),
        Line(
            title: "Grève : pourquoi la réunion de ‹town› n’a rien donné",
            text: "Trois points de désaccord & un accord de principe."),
        Line(title: "À ‹town›, la place du marché change de sens", text: "‹number› commerçants ont signé la pétition."),
        Line(title: "Horoscope du jour, édition de ‹town›", text: "Poissons : évitez le port."),
        Line(
            title: "Enquête : ‹number› permis de construire à la loupe", text: "Suite de nos révélations sur le stade."),
    ]

    private static let estuaire = [
        Line(title: "DIRECT. ‹town› : le maire prend la parole", text: "Conférence de presse en cours."),
        Line(title: "Grève : les usagers de ‹town› s’organisent", text: "‹number› covoiturages proposés en une heure."),
        Line(title: "Flash de la mi-heure", text: "Les titres, en ‹number› secondes ou presque."),
        Line(title: "Météo : ‹number› km/h de vent attendus à ‹town›", text: "Prudence sur le littoral."),
    ]

    private static let feuille = [
        Line(
            title: "‹number› lignes de CSS à supprimer aujourd’hui", text: "Les préfixes dont plus personne n’a besoin."
        ),
        Line(
            title: "Lettre : ‹topic›, côté interface", text: "Comment un formulaire peut aider à comprendre ses droits."
        ),
        Line(title: "Requêtes de style : ‹number› questions de lecteurs", text: "Oui, même dans un élément <dialog>."),
    ]

    private static let harbour = [
        Line(
            title: "Aftershock count off Brittany reaches ‹number›", text: "None was felt on this side of the Channel.",
            language: "en"),
        Line(
            title: "Ferry to Roscoff leaves ‹number› minutes late, with everyone aboard",
            text: "“Including the tuba,” the captain said.", language: "en"),
        Line(title: "Market report: pollack up ‹number›%", text: "Chips & vinegar unchanged.", language: "en"),
        Line(
            title: "Opinion: ‹number› good reasons to read the tide table",
            text: "The first is that the tide has read it.", language: "en"),
    ]
}
