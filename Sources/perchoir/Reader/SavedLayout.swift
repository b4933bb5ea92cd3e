import ReaderCore
import TimelineModel

/// How the panes stood, as the store keeps it: names and numbers, tolerant of what an older or newer version wrote.
struct SavedLayout: Equatable {
    var layout: ReaderLayout
    var focus: PersonaID?

    init(_ layout: ReaderLayout, focus: PersonaID?) {
        self.layout = layout
        self.focus = focus
    }

    init(values: [String: String]) {
        layout = ReaderLayout()
        layout.isZoomed = values["zoomed"] == "yes"
        layout.hidesText = values["hides-text"] == "yes"
        layout.textRows = values["text-rows"].flatMap { Int($0) }
        layout.listColumns = values["list-columns"].flatMap { Int($0) }
        focus = values["focus"].map { PersonaID($0) }
    }

    var values: [String: String] {
        var values = [
            "zoomed": layout.isZoomed ? "yes" : "no", "hides-text": layout.hidesText ? "yes" : "no",
            "focus": focus?.name ?? "",
        ]
        values["text-rows"] = layout.textRows.map(String.init) ?? ""
        values["list-columns"] = layout.listColumns.map(String.init) ?? ""
        return values
    }
}
