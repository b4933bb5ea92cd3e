extension Configuration {
    /// config.toml with every setting, each with a word about it; what `perchoir config example` prints. It reads
    /// without a problem, and means the defaults and a few sources.
    public static let example = """
        # Perchoir's settings. Every line is optional; what stands here are the defaults and a few examples.
        # `perchoir config check` reads this file and names every mistake with its line.

        theme = "default"          # `perchoir themes` lists them; your own go to the folder themes/ beside this file
        mark_read = "open"         # what marks a post read: open (opening it) | pass (moving on) | manual (only keys)
        confirm = true             # ask before a whole pane or source is marked read
        every = "15m"              # how often sources are looked at: m, h, d
        retention = "1y"           # read posts are kept this long; starred and unread ones always; or "forever"

        # Personas are the hats you wear; each has a pane. Without any block these three exist.

        [[persona]]
        name = "main"
        key = 1                    # 1 to 9; goes to the pane
        accent = "green"           # a colour of the theme
        purpose = "présence"       # shown beside the name
        lines = 3                  # of each post: 1 (time and headline) | 3 | "full"
        order = "newest"           # newest | oldest first

        [[persona]]
        name = "pro"
        key = 2
        accent = "blue"
        purpose = "veille"
        lines = "full"

        [[persona]]
        name = "news"
        key = 3
        accent = "yellow"
        purpose = "direct"
        lines = 1

        # Sources. Each has a persona and one address: feed, posts, hashtag, server or account.
        # `perchoir add URL --persona news` appends them for you.

        [[source]]
        persona = "news"
        feed = "https://www.swift.org/atom.xml"
        name = "Swift"             # else the feed's own title is shown
        every = "2h"

        [[source]]
        persona = "pro"
        posts = "@Mastodon@mastodon.social"          # somebody's posts, read without an account

        [[source]]
        persona = "pro"
        hashtag = "#veille@piaille.fr"               # a hashtag, as that server sees it

        # [[source]]
        # persona = "news"
        # server = "piaille.fr"
        # timeline = "local"                         # public | local

        # Your own accounts are signed in by `perchoir account add`.
        #
        # [[source]]
        # persona = "main"
        # account = "@you@piaille.fr"
        # timeline = "home"                          # notifications | list:TITLE | tag:a b +c -d | bookmarks | …
        #
        # [[account]]
        # name = "@you@piaille.fr"
        # persona = "main"
        # token_command = ["pass", "show", "perchoir/piaille.fr"]   # else the credentials file is used

        # Filters stand on a persona's pane and are judged once, when a post arrives.

        [[filter]]
        persona = "news"
        name = "no horoscopes"
        match = 'tag:horoscope OR "horoscope du jour"'
        action = "hide"            # hide | fold | highlight | read | star

        # Keys: action = "key" or ["key", "other key"]. `perchoir keys` lists actions and keys.
        # [keys] holds wherever posts are read; [keys.list], [keys.post], [keys.thread] and [keys.overlay] for one place
        # alone.

        [keys]
        advance = "Space"
        back = ["q", "Esc"]

        [keys.list]
        open = "Enter"

        """
}
