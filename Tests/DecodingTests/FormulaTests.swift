import Decoding
import Expectations
import Testing
import Text
import TimelineModel

@Suite struct FormulaTests {
    @Test(arguments: [
        ("2<sup>10</sup>", "2¹⁰"), ("Claim<sup><a href='#fn1'>1</a></sup>", "Claim¹"), ("H<sub>2</sub>O", "H₂O"),
        ("10<sup>-3</sup> m", "10⁻³ m"),
        ("10<sup>−3</sup>", "10⁻³"),
        ("x<sup><i>n</i></sup>", "xⁿ"), ("a<sub>(1+2)=3</sub>", "a₍₁₊₂₎₌₃"), ("x<sup>(n)</sup>", "x⁽ⁿ⁾"),
        ("1<sup>er</sup> mai", "1er mai"), ("4<sup>th</sup>", "4th"), ("Acme<sup>™</sup>", "Acme™"),
        ("x<sub>max</sub>", "xmax"),
        ("e<sup>2x</sup>", "e^2x"), ("a<sub>k1</sub>", "a_k1"), ("x<sup>2,5</sup>", "x^2,5"),
        ("e<sup>-x</sup>", "e^-x"),
        ("x<sup> 2 </sup>y", "x²y"), ("x<sup></sup>y", "xy"),
        ("e<sup>x<sup>2</sup></sup>", "e^x2"),
        // The mark of a footnote is no power.
        ("so<sup><a href='https://a.example/'>1</a></sup>.", "so1."),
        ("so<sup>[<a href='#fn1'>1</a>]</sup>.", "so[1]."),
        ("so<sup class=r>[<a href='https://a.example/'>1</a>]</sup>.", "so[1]."),
    ])
    func whatIsRaisedOrLoweredStaysApart(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }

    @Test func titlesHaveThemToo() {
        expect(HTMLText.plainText("CO<sub>2</sub> : 10<sup>9</sup> t"), is: "CO₂ : 10⁹ t")
    }

    @Test(arguments: [
        (
            """
            <math alttext="other"><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex"> x^2 </annotation>\
            </semantics></math>
            """, "$x^2$"
        ),
        ("<math alttext=' x^2 '><mi>x</mi></math>", "$x^2$"),
        ("<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", "a/b"),
        ("<math><mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>3</mn></mfrac></math>", "(x²)/3"),
        ("<math><mfrac><mn>1</mn><msqrt><mn>2</mn></msqrt></mfrac></math>", "1/√2"),
        ("<math><mfrac><mfrac><mn>1</mn><mn>2</mn></mfrac><mn>3</mn></mfrac></math>", "(1/2)/3"),
        ("<math><msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></msup></math>", "(a+b)²"),
        ("<math><msup><mi>x</mi><msup><mi>y</mi><mn>2</mn></msup></msup></math>", "x^(y²)"),
        ("<math><msup><mi>a</mi><mrow><mi>n</mi><mo>/</mo><mn>2</mn></mrow></msup></math>", "a^(n/2)"),
        ("<math><msub><mi>a</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub></math>", "a_(ij)"),
        (
            "<math> <mfrac>\n <mrow><mi>a</mi> <mo>+</mo> <mn>1</mn></mrow>\n <mrow><mi>b</mi></mrow> </mfrac></math>",
            "(a+1)/b"
        ),
        ("<math><msqrt><mn>2</mn></msqrt></math>", "√2"),
        ("<math><msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt></math>", "√(a+b)"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msub><mi>y</mi><mn>1</mn></msub></math>", "x²+y₁"),
        ("<math><annotation encoding='x'>no</annotation><mi>y</mi></math>", "y"),
        (
            """
            so <span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>x</mi></mrow>\
            <annotation encoding="application/x-tex">\\frac{x}{2}</annotation></semantics></math></span>\
            <span class="katex-html" aria-hidden="true"><span class="mord">x2</span></span></span> it is
            """, "so $\\frac{x}{2}$ it is"
        ),
        // A twin that is alone is the formula.
        ("<span class='katex'><span class='katex-html' aria-hidden='true'>x</span></span>", "x"),
    ])
    func formulasAreSaidOnce(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }

    @Test(arguments: [
        (
            "<ul><li><input type='checkbox' checked disabled> done</li><li><input type=CHECKBOX>open</li></ul>",
            "• [x] done\n• [ ] open"
        ),
        ("a<input type='text' value='x'><input>b", "ab"),
    ])
    func boxesOfATaskListAreTickedOrNot(html: String, expected: String) {
        expect(HTMLText.richText(html).plain.string, is: expected)
    }
}
