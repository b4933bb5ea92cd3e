public import TimelineModel

public enum AccountTimelines {
    /// One of each kind, as the configuration spells them.
    public static let spellings = [
        "home", "notifications", "list:Amis proches", "tag:swift", "tag:café linux +foss -jobs", "bookmarks",
        "favourites", "public", "local",
    ]

    public static let every: [AccountTimeline] = spellings.compactMap { AccountTimeline($0) }
}
