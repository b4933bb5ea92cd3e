import Expectations
import ReaderCore
import Testing
import TimelineModel

@testable import perchoir

@Suite struct SavedLayoutTests {
    @Test func everythingComesBack() {
        var layout = ReaderLayout()
        layout.isZoomed = true
        layout.hidesText = true
        layout.textRows = 9
        layout.listColumns = 72
        let saved = SavedLayout(layout, focus: PersonaID("pro"))
        expect(SavedLayout(values: saved.values), is: saved)
    }

    @Test func whatAnotherVersionWroteIsPassedOver() {
        let saved = SavedLayout(values: ["zoomed": "perhaps", "text-rows": "many", "list-columns": "", "tabs": "7"])
        expect(saved, is: SavedLayout(ReaderLayout(), focus: nil))
    }
}
