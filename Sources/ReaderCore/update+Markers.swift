import Cells
import TimelineModel

/// Following where the reader got to in other programs, by the marker of his account's server.
extension State {
    /// Goes forward to where a marker leads. What the reader is looking at does not move under his eyes: there the
    /// marker waits for the next start.
    mutating func followMarker(_ move: MarkerMove) -> [Effect] {
        guard let index = index(of: move.pane), index != focus || !panes[index].isTouched else { return [] }
        guard panes[index].isLoaded else {
            panes[index].earlyMove = move
            return []
        }
        if let place = panes[index].selection, place.key >= move.key { return [.followMarker(move)] }
        return load(index, .around(move.key), landing: .at(move.key)) + [.followMarker(move)]
    }

    /// The pane in which a key arrives, and the one to which it leads, belong to the reader from then on.
    mutating func noteTouch(_ event: InputEvent) {
        // Where nothing stands there is nothing to be moved.
        guard panes.indices.contains(focus), !panes[focus].entries.isEmpty else { return }
        switch event {
        case .key, .paste, .click, .wheel: panes[focus].isTouched = true
        case .resize, .resumed, .interrupt, .hangUp: break
        }
    }
}
