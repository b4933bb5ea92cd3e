import Cells
import Expectations
import Testing

@testable import Terminal

@Suite("Colours brought down to what the terminal has")
struct PaletteTests {
    @Test("every colour of the cube and the greys is nearest to itself")
    func paletteIsFixed() {
        for index in 16..<256 {
            let (red, green, blue) = Palette.components[index]
            let found = Palette.components[Int(Palette.nearest(red, green, blue, among: 16..<256))]
            #expect(found == (red, green, blue))
        }
    }

    @Test(
        "a theme's colour becomes what a person would call it",
        arguments: [
            (0xFF0000, ColorDepth.sixteen, 9), (0xCC0000, .sixteen, 1), (0x00CD00, .sixteen, 2),
            (0xFFFFFF, .sixteen, 15),
            (0x000000, .sixteen, 0), (0x808080, .sixteen, 8), (0xD75F00, .palette256, 166),
            (0x080808, .palette256, 232),
        ])
    func nearest(hex: Int, depth: ColorDepth, index: Int) {
        let color = Color.rgb(red: UInt8(hex >> 16), green: UInt8(hex >> 8 & 255), blue: UInt8(hex & 255))
        expect(depth.resolve(color), is: ColorDepth.Resolved(index: Int32(index)))
    }

    @Test("eight colours show bright ones as bold")
    func eight() {
        expect(ColorDepth.eight.resolve(.ansi(9)), is: ColorDepth.Resolved(index: 1, needsBold: true))
        expect(ColorDepth.eight.resolve(.ansi(1)), is: ColorDepth.Resolved(index: 1))
    }

    @Test("on direct colour nearly black is not taken for the terminal's red")
    func direct() {
        expect(ColorDepth.direct.resolve(.rgb(red: 0, green: 0, blue: 1)).index, is: 8)
        expect(ColorDepth.direct.resolve(.rgb(red: 1, green: 2, blue: 3)).index, is: 0x010203)
        expect(ColorDepth.direct.resolve(.ansi(1)).index, is: 1)
        expect(ColorDepth.direct.resolve(.ansi(9)).index, is: 0xFF0000)
    }

    @Test("without colours there are none", arguments: [Color.terminal, .ansi(3), .rgb(red: 1, green: 2, blue: 3)])
    func none(color: Color) {
        expect(ColorDepth.none.resolve(color).index, is: -1)
    }
}
