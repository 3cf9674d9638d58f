//! Texts that are hard to tokenize: a list of edges and a seeded generator.

use pairbench_tokenizer::{Encoding, decode};

/// Short texts, each for a rule of the patterns.
pub const EDGES: &[&str] = &[
    "",
    "\0",
    "\u{FEFF}",
    "\u{FEFF}import x",
    "\u{85}",
    " \u{85} x",
    "\u{A0}x",
    "\u{3000}\u{3000}x",
    "'\u{17F}",
    "it'\u{17F}a",
    "IT'S",
    "it's's't",
    "it's'",
    "it'sFoo'LLBar",
    "don'tt",
    "'re're",
    "x're'",
    "1's",
    "''s",
    " 's",
    "\n's",
    "\t's",
    "!'s",
    "we'Ve",
    "\r\n",
    "\r\n\r\n x",
    "!\r\n\r\n  x",
    "!\n//\n/x",
    ";\n// note",
    ";\n\n/* note */",
    "}\n/\n/",
    "  \n  \n  x",
    "  \n\t",
    "\n \n \n  ",
    "x  \n   y",
    "  \t!",
    "  \t1",
    " \u{B}\u{C}x",
    "1234567890",
    "12\u{661}34",
    "\u{2160}\u{2161}\u{2162}\u{2163}",
    "HTTPServer helloWorld ABCdefGHI",
    "ABC日本DEFghi",
    "日本ABC",
    "\u{301}",
    "\u{301}ABC",
    "e\u{301}E\u{301}X",
    "!\u{301}a",
    "\u{1C5}abc",
    "straße ÀÉ Éa aÉ",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "<|endoftext|><|fim_prefix|><|endofprompt|>",
    "\u{10FFFF}\u{E000}\u{FFFD}",
    "\u{105C0}'re\u{16EA0}'re",
    "https://example.org/a/b?c=d&e=%20#f",
    "0xdeadbeef_00FF",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "                                                                                                  x",
];

/// An endless seeded sequence of texts: the same seed gives the same texts on every machine.
pub struct Texts {
    state: u64,
}

impl Texts {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number below `bound` (SplitMix64).
    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn character(&mut self) -> char {
        const SPANS: &[(u32, u32)] = &[
            (0x00, 0x7F),
            (0x20, 0x7E),
            (0x80, 0x2FF),
            (0x300, 0x52F),
            (0x590, 0x6FF),
            (0x900, 0xDFF),
            (0x1E00, 0x206F),
            (0x2100, 0x2BFF),
            (0x3000, 0x30FF),
            (0x4E00, 0x9FFF),
            (0xAC00, 0xD7A3),
            (0xFE00, 0xFFFF),
            (0x1_0000, 0x1_1FFF),
            (0x1_D400, 0x1_D7FF),
            (0x1_F300, 0x1_FAFF),
            (0x0, 0x10_FFFF),
        ];
        let (low, high) = SPANS[self.below(SPANS.len())];
        let code = low + self.below((high - low + 1) as usize) as u32;
        char::from_u32(code).unwrap_or('\u{FFFD}')
    }

    /// One text of 0 to about 300 bytes.
    pub fn next_text(&mut self) -> String {
        let mut text = String::new();
        let kind = self.below(8);
        for _ in 0..self.below(24) {
            match if kind == 7 { self.below(7) } else { kind } {
                0 => self.token(Encoding::O200kBase, &mut text),
                1 => self.token(Encoding::Cl100kBase, &mut text),
                2 => text.push(self.character()),
                3 => {
                    let unit = self.character();
                    let count = 1 + self.below(40);
                    text.extend(std::iter::repeat_n(unit, count));
                }
                4 => text.push_str(self.one_of(EDGES)),
                5 => text.push_str(self.one_of(&[
                    "a", "B", "cd", "Ef", "GH", "'", "s", "S", "ll", "RE", "1", "23", "/", "//", "!", "-",
                    " ", "  ", "\t", "\n", "\r\n", "\n\n", "é", "É", "\u{301}", "漢", "\u{17F}", "\u{85}",
                    "\u{FEFF}",
                ])),
                _ => {
                    for _ in 0..1 + self.below(12) {
                        text.push(char::from(b'a' + self.below(26) as u8));
                    }
                    text.push_str(
                        self.one_of(&[" ", " ", " ", ", ", ".", "(", "_", "\n", ".\n\n", " = ", "'s "]),
                    );
                }
            }
        }
        text
    }

    fn token(&mut self, encoding: Encoding, text: &mut String) {
        let bound = if encoding == Encoding::O200kBase {
            199_998
        } else {
            100_256
        };
        // Frequent tokens as often as rare ones.
        let bound = if self.below(2) == 0 { 5_000 } else { bound };
        let bytes = decode(&[self.below(bound) as u32], encoding).expect("a token");
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
}
