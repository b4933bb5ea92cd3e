import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct TableTests {
    @Test(arguments: [
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
        ("<table><caption>c</caption><thead><tr><th>a<th>b<tbody><tr><td><b>1</b><td></table>", "c\na | b\n1 |"),
        // Empty rows and tables say nothing.
        ("<table><tr><td>a<td>b</tr><tr><td> <td>&nbsp;</tr><tr></tr><tr><td>c<td>d</tr></table>", "a | b\nc | d"),
        ("x<table><tr><td></td><td></td></tr></table>y", "x\n\ny"), ("<table></table>", ""),
    ])
    func dataHasBars(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }

    @Test(arguments: [
        ("<table><tr><td>a</td><td></td></tr><tr><td>&nbsp;</td><td>b</td></tr></table>", "a\nb"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc"),
        ("<table><tr><td><img src=x alt='Un chat'></td><td>text</td></tr></table>", "[image: Un chat]\ntext"),
        ("<table><tr><td><a href=y><img src=x></a></td><td>text</td></tr></table>", "[image]\ntext"),
        ("<table><tr><td><ul><li>a</ul></td><td><b><div>b</div></b></td></tr></table>", "• a\n\nb"),
        (
            "<table><tr><td><table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table></td><td>c</td></tr></table>",
            "a | b\n1 | 2\n\nc"
        ),
        (
            "<table><tr><td class=linenos><pre>1\n2</pre></td><td><pre>a\n  <b>b</b></pre></td></tr></table>",
            "1\n2\n\na\n  b"
        ),
    ])
    func layoutHasNone(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }
}
