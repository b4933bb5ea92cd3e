/// What the texts are made of, most frequent first.
enum Words {
    static let names = [
        "Anne", "Léa", "Jean", "Zoé", "Malik", "Inès", "Hugo", "Chloé", "Karim", "Élodie", "John", "Mary", "Wei",
        "Yuki", "Olga",
    ]
    static let tags = ["IA", "élections", "horoscope", "climat", "swift", "sqlite", "direct", "sport", "日本", "musique"]
    static let french = """
        le la les de du des et à un une en est pour que qui dans sur pas au avec par ce il elle sont mais ou plus son \
        retraite gouvernement président élections réforme Élysée aujourd’hui ministre l’État pays Europe justice loi \
        guerre climat santé hôpital école police enquête affaire scandale procès économie prix énergie transport \
        train grève syndicat salaires budget dette impôts entreprise emploi chômage logement ville Paris Lyon \
        Marseille Bruxelles presse journaliste média direct horoscope culture cinéma musique livre théâtre sport \
        football rugby cœur œuvre naïve été forêt incendie tempête rivière montagne océan espace fusée données \
        logiciel libre serveur sécurité faille mise jour version terminal clavier
        """.split(separator: " ").map(String.init)
    static let english = """
        the of and to in a is that for it as was with be by on not he this are or his from at which but have an they \
        government president election reform today minister country court law war climate health hospital school \
        police inquiry scandal trial economy price energy transport train strike union wages budget debt tax company \
        job housing city London Paris Berlin press journalist media live horoscope culture film music book theatre \
        sport football rugby heart fire storm river mountain ocean space rocket data software free server security \
        bug update version terminal keyboard swift sqlite compiler release index query cache latency
        """.split(separator: " ").map(String.init)
    static let chinese = [
        "今天", "新闻", "总统", "选举", "经济", "气候", "日本語", "東京", "ニュース", "速報", "大阪", "天気", "政府", "改革", "法律", "音乐", "电影",
    ]
}
