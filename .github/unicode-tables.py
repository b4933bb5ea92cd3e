#!/usr/bin/env python3
"""Writes Sources/Text/Tables/*.swift from the Unicode Character Database.

    pip install unicodedata2==18.0.0
    python3 .github/unicode-tables.py

Two tables come out:
- ScalarTable: what the sanitizer, the width function and the tokenizer ask about one scalar, as runs of equal
  answers. One UInt32 a run: the first scalar in the upper 21 bits, the answers in the lower 11 (see ScalarFacts).
- FoldTable: what a scalar becomes when letters are compared without case, accents, ligatures and width.
"""

import os
import unicodedata2 as ucd

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Sources", "Text", "Tables")
SCALARS = [cp for cp in range(0x110000) if not 0xD800 <= cp <= 0xDFFF]

# ScalarFacts.Kind
KEEP, CONTROL, LINE_BREAK, DROP, REPLACE, MARK, JOINER, VARIATION = range(8)

# protocols say "strip": no glyph, no use in a reader, and good for smuggling or for empty names.
INVISIBLE = {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x2800, 0x3164, 0xFEFF, 0xFFA0}
# Format characters that draw something: Arabic, Syriac and Kaithi number and abbreviation signs.
VISIBLE_FORMAT = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}

# Scripts in which ZWJ and ZWNJ choose the form of a letter.
JOINER_SCRIPTS = (
    "ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "PHAGS-PA", "MANICHAEAN", "ADLAM", "HANIFI", "SOGDIAN",
    "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA",
    "MYANMAR", "KHMER", "TIBETAN", "BALINESE", "JAVANESE", "SUNDANESE", "CHAKMA", "GRANTHA", "TIRHUTA", "SHARADA",
    "NEWA", "BRAHMI", "KAITHI", "MODI", "TAKRI", "TAI THAM", "MEETEI",
)
# Written without spaces between words: Han and kana, and the scripts of line breaking class SA (UAX #14).
BIGRAM_SCRIPTS = (
    "CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "HENTAIGANA",
    "THAI", "LAO", "KHMER", "MYANMAR", "TAI LE", "NEW TAI LUE", "TAI THAM", "TAI VIET", "AHOM",
)
BIGRAM_EXTRA = {0x3005, 0x3007, 0x303B, 0x30FC, 0xFF70, 0x309D, 0x309E, 0x30FD, 0x30FE}
APOSTROPHES = {0x0027, 0x02BB, 0x02BC, 0x2018, 0x2019, 0x201B, 0xFF07, 0x07F4, 0x07F5, 0xA78B, 0xA78C}
# Letters with a stroke and their like have no decomposition, but people type them without it.
STROKES = {
    0x00F8: "o", 0x00D8: "o", 0x0142: "l", 0x0141: "l", 0x0111: "d", 0x0110: "d", 0x0127: "h", 0x0126: "h",
    0x0167: "t", 0x0166: "t", 0x00F0: "d", 0x00D0: "d", 0x00FE: "th", 0x00DE: "th", 0x0131: "i", 0x0138: "k",
    0x0149: "n", 0x0153: "oe", 0x0152: "oe", 0x00E6: "ae", 0x00C6: "ae", 0x01FC: "ae", 0x01FD: "ae", 0x01E2: "ae",
    0x01E3: "ae", 0x01FE: "o", 0x01FF: "o",
}


def category(cp):
    return ucd.category(chr(cp))


def name(cp):
    return ucd.name(chr(cp), "")


def is_noncharacter(cp):
    return 0xFDD0 <= cp <= 0xFDEF or cp & 0xFFFE == 0xFFFE


def kind(cp):
    if cp in (0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029):
        return LINE_BREAK
    if cp < 0x20 or 0x7F <= cp <= 0x9F:
        return CONTROL
    if cp in (0x200C, 0x200D):
        return JOINER
    if cp in (0xFE0E, 0xFE0F):
        return VARIATION
    if 0xFE00 <= cp <= 0xFE0D or 0xE0100 <= cp <= 0xE01EF or cp in (0x180B, 0x180C, 0x180D, 0x180F):
        return DROP
    if cp in INVISIBLE or 0xE0000 <= cp <= 0xE0FFF or is_noncharacter(cp):
        return DROP
    cat = category(cp)
    if cat == "Cf" and cp not in VISIBLE_FORMAT or 0x2065 == cp or 0xFFF0 <= cp <= 0xFFFB:
        return DROP
    if cat in ("Co", "Cn"):
        return REPLACE
    if cat in ("Mn", "Me"):
        return MARK
    return KEEP


def is_conjoining_jamo(cp):
    return 0x1100 <= cp <= 0x11FF or 0xA960 <= cp <= 0xA97F or 0xD7B0 <= cp <= 0xD7FF


def width(cp):
    cat = category(cp)
    if kind(cp) in (CONTROL, LINE_BREAK, DROP, JOINER, VARIATION, MARK):
        return 0
    if 0x1160 <= cp <= 0x11FF or 0xD7B0 <= cp <= 0xD7FF:
        return 0
    if cat in ("Cn", "Co"):
        return 1
    return 2 if ucd.east_asian_width(chr(cp)) in "WF" else 1


def stands_alone(cp):
    """No rule of UAX #29 joins two such scalars, so a cluster starts before each of them.
    Errs on the safe side: what is not listed here goes the slow way through the standard library."""
    if kind(cp) != KEEP and not (kind(cp) == REPLACE and cp < 0xE000):
        return False
    cat = category(cp)
    if cat in ("Mc", "Cf", "Cn", "Co"):
        return False
    indic = 0x0900 <= cp <= 0x0DFF or 0x0E33 == cp or 0x0EB3 == cp or 0x0F00 <= cp <= 0x109F
    indic = indic or 0x1700 <= cp <= 0x17FF or 0x1900 <= cp <= 0x1CFF or 0xA800 <= cp <= 0xABFF
    indic = indic or 0x10A00 <= cp <= 0x11FFF or 0x16100 <= cp <= 0x16FFF
    if indic or is_conjoining_jamo(cp) or 0x1F1E6 <= cp <= 0x1F1FF or 0x1F3FB <= cp <= 0x1F3FF:
        return False
    return cp not in (0xFF9E, 0xFF9F)


def uses_joiners(cp):
    return category(cp)[0] in "LM" and name(cp).startswith(JOINER_SCRIPTS)


def is_bigram(cp):
    return cp in BIGRAM_EXTRA or category(cp)[0] in "LM" and name(cp).startswith(BIGRAM_SCRIPTS)


def is_dropped_in_folding(cp):
    if kind(cp) in (JOINER, VARIATION, DROP) or cp == 0x0640:
        return True
    if category(cp) not in ("Mn", "Me"):
        return False
    # Elsewhere (Indic, Thai, kana) a mark is a vowel or a sound of its own.
    if "KATAKANA-HIRAGANA" in name(cp):
        return False
    return name(cp).startswith(("COMBINING", "HEBREW", "ARABIC", "SYRIAC", "SAMARITAN", "THAANA"))


def is_word(cp):
    cat = category(cp)
    return cat[0] in "LN" and cp not in APOSTROPHES or cat in ("Mn", "Mc") and not is_dropped_in_folding(cp)


def fold(cp):
    """The folded form, or None when a scalar stays as it is."""
    if cp in STROKES:
        return STROKES[cp]
    if cp in APOSTROPHES and cp != 0x27:
        return "'"
    character = chr(cp)
    if cp == 0x3000:
        return " "
    if cp in (0x0E33, 0x0EB3):
        # SARA AM in two: the first half would count as a mark of the letter before.
        return None
    if not is_word(cp) and not 0xFF01 <= cp <= 0xFF5E:
        return None
    text = ucd.normalize("NFKD", ucd.normalize("NFKD", character).casefold())
    text = ucd.normalize("NFC", "".join(c for c in text if not is_dropped_in_folding(ord(c))))
    text = "".join(STROKES.get(ord(c), c) for c in text)
    if category(cp)[0] in "LM":
        text = "".join(c for c in text if is_word(ord(c)))
    elif category(cp)[0] == "N" and not all(is_word(ord(c)) for c in text):
        return None
    if len(text) > 4 or not text or text == character:
        return None
    if is_bigram(cp) and len(text) > 1:
        # A pair is made of two scalars with their marks.
        return None
    return text


HEADER = """\
// Generated by .github/unicode-tables.py from Unicode {version}; do not edit.
// swift-format-ignore-file

"""


def rows(values, per_row, form):
    for at in range(0, len(values), per_row):
        yield "        " + " ".join(form(v) + "," for v in values[at:at + per_row]) + "\n"


def write_scalar_table(folds):
    runs, last = [], None
    for cp in range(0x110000):
        if 0xD800 <= cp <= 0xDFFF:
            facts = REPLACE
        else:
            facts = (
                kind(cp) | width(cp) << 3 | stands_alone(cp) << 5 | uses_joiners(cp) << 6 | is_word(cp) << 7
                | is_bigram(cp) << 8 | is_dropped_in_folding(cp) << 9 | (cp in folds) << 10
            )
        if facts != last:
            runs.append(cp << 11 | facts)
            last = facts
    with open(os.path.join(OUT, "ScalarTable.swift"), "w") as out:
        out.write(HEADER.format(version=ucd.unidata_version))
        out.write("enum ScalarTable {\n    static let runs: [UInt32] = [\n")
        out.writelines(rows(runs, 10, lambda v: f"0x{v:08X}"))
        out.write("    ]\n}\n")
    return len(runs)


def write_fold_table(folds):
    # Ranges: scalars `first`, `first + step`, ... `last` that move by the same distance.
    singles = sorted((cp, ord(text)) for cp, text in folds.items() if len(text) == 1)
    ranges, at = [], 0
    while at < len(singles):
        best = (1, 1)
        for step in (1, 2):
            count = 1
            while at + count < len(singles) and singles[at + count][0] == singles[at][0] + step * count \
                    and singles[at + count][1] - singles[at][1] == step * count:
                count += 1
            best = max(best, (count, step), key=lambda pair: pair[0])
        # Many scalars with one target (accented forms of a letter) stand one by one.
        ranges.append((singles[at][0], best[0], best[1], singles[at][1]))
        at += best[0]
    many = sorted((cp, text) for cp, text in folds.items() if len(text) > 1)
    with open(os.path.join(OUT, "FoldTable.swift"), "w") as out:
        out.write(HEADER.format(version=ucd.unidata_version))
        out.write("enum FoldTable {\n")
        out.write("    /// Upper 32 bits: the first scalar << 11 | how many << 1 | 1 if only every other one;\n")
        out.write("    /// lower 32: what the first becomes (the next ones follow at the same distance). Ascending.\n")
        out.write("    static let ranges: [UInt64] = [\n")
        out.writelines(rows(
            [(first << 11 | count << 1 | (step - 1)) << 32 | target for first, count, step, target in ranges],
            6, lambda v: f"0x{v:X}"))
        out.write("    ]\n\n    /// Scalars that become two to four, ascending.\n    static let expanding: [UInt32] = [\n")
        out.writelines(rows([cp for cp, _ in many], 12, lambda v: f"0x{v:X}"))
        out.write("    ]\n\n    /// What those become: four scalars each, padded with 0.\n    static let expansions: [UInt32] = [\n")
        out.writelines(rows(
            [ord(c) for _, text in many for c in text.ljust(4, "\0")], 16, lambda v: f"0x{v:X}"))
        out.write("    ]\n}\n")
    assert all(count < 1024 for _, count, _, _ in ranges)
    return len(ranges), len(many)


folds = {cp: text for cp in SCALARS if (text := fold(cp)) is not None}
assert all(fold(ord(c)) is None for text in folds.values() for c in text), "folding twice changes something"
print(write_scalar_table(folds), "runs;", *write_fold_table(folds), "fold ranges and expansions of", len(folds))
