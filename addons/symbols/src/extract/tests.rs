//! What must hold for any source. What is found in which source: ts/extract/extract.test.ts, for both engines.

use proptest::prelude::*;

use super::halves::{in_halves, is_start};
use super::{Language, extract, whole};

/// A source of so many levels.
type Nested = fn(usize) -> String;

fn around(open: &str, middle: &str, close: &str, levels: usize) -> String {
    format!("{}{middle}{}", open.repeat(levels), close.repeat(levels))
}

const NESTED: [(&str, Nested); 27] = [
    ("brackets", |n| around("(", "1", ")", n)),
    ("arrays", |n| around("[", "", "]", n)),
    ("objects", |n| format!("x = {}", around("{a:", "1", "}", n))),
    ("functions", |n| around("function f(){", "", "}", n)),
    ("blocks", |n| around("{", "", "}", n)),
    ("classes", |n| {
        format!("x = {}", around("class A{x=", "1", "}", n))
    }),
    ("arrows", |n| around("x=>", "1", "", n)),
    ("defaults", |n| around("(x=", "1", ")=>1", n)),
    ("calls", |n| around("f(", "", ")", n)),
    ("chains", |n| around("", "a", ".b()", n)),
    ("members", |n| around("", "a", "[0]", n)),
    ("sums", |n| around("a+", "1", "", n)),
    ("assignments", |n| around("a=", "1", "", n)),
    ("powers", |n| around("a**", "1", "", n)),
    ("choices", |n| around("a?b:", "c", "", n)),
    ("signs", |n| around("!", "1", "", n)),
    ("templates", |n| around("`${", "1", "}`", n)),
    ("else-ifs", |n| around("if(a){}else ", "{}", "", n)),
    ("ifs", |n| around("if(a)", ";", "", n)),
    ("loops", |n| around("for(;;)", ";", "", n)),
    ("new", |n| around("new ", "X", "", n)),
    ("patterns", |n| format!("let {} = x", around("[a=", "1", "]", n))),
    ("types", |n| format!("type T = {}", around("A<", "1", ">", n))),
    ("conditional types", |n| {
        format!("type T = {}", around("A extends B?C:", "D", "", n))
    }),
    ("object types", |n| {
        format!("type T = {}", around("{a:", "1", "}", n))
    }),
    ("tuples", |n| format!("type T = {}", around("[", "", "]", n))),
    ("namespaces", |n| around("namespace A{", "", "}", n)),
];

#[test]
fn no_nesting_ends_the_process() {
    for (what, nested) in NESTED {
        for levels in [10, 300, 20_000] {
            let source = nested(levels);
            let found = extract(&source, Language::Ts).map(|symbols| symbols.len());
            assert!(levels > 10 || found.is_ok(), "{what}: {found:?}");
            // Not closed.
            let _ = extract(&source[..source.len() / 2], Language::Ts);
        }
    }
}

#[test]
fn the_stack_holds_what_gets_past_the_estimate() {
    // Brackets in a string that close what it never opened.
    let trick = "'}}}}';";
    let source = around(&format!("function f() {{ {trick}"), "", "}", 20_000);
    assert!(!super::depth::is_too_deep(&source));
    assert!(extract(&source, Language::Ts).is_ok_and(|found| found.len() == 20_000));
}

#[test]
fn a_long_line_is_placed_in_one_pass() {
    let source = "var é=1;".repeat(100_000);
    let found = extract(&source, Language::Js).expect("it parses");
    let last = found.last().expect("there are many");
    assert_eq!((last.line, last.column), (0, 99_999 * 8 + 4));
}

const SAMPLE: &str = "export default class A<T> extends B { #p = () => { function q() {} }; static m(): void; static m() {} ['c' + 1]() {} }
/* \u{e9}\u{1d4b3} */ export const { c, d: [e, ...f] } = x, o = { m() {}, p: 1 } as const; // `${'
namespace N.M { export enum E { A, 'b c', ['d'] = 3 } declare global { interface I { a: string; m(): void; m(x): void } } }
if (x) { function f() {} } else label: for (;;) { class G {} } export { o as p }; export * as ns from './x';\r\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_source_panics(cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<char>()), 1..6)) {
        let mut source: Vec<char> = SAMPLE.chars().collect();
        for (from, to, letter) in cuts {
            let (from, to) = (from.index(source.len() + 1), to.index(source.len() + 1));
            // Cut, doubled, and changed.
            if from <= to {
                source.drain(from..to.min(from + 20));
            } else {
                let part = source[to..from].to_vec();
                source.splice(to..to, part);
            }
            source.insert(source.len().min(to), letter);
        }
        let source: String = source.into_iter().collect();
        for language in [Language::Ts, Language::Tsx, Language::Js, Language::Dts] {
            if let Ok(found) = extract(&source, language) {
                for symbol in found {
                    prop_assert!(!symbol.name.is_empty());
                }
            }
        }
    }
}

/// Statements, and what may look like one in the middle of something else.
const PIECES: [&str; 40] = [
    "class A { m() {} }\n",
    "export class B extends A {}\n",
    "function f(): void;\n",
    "function f(a?: number) { function inner() {} }\n",
    "function f() { return 1; }\n",
    "const a = 1;\n",
    "let b = () => {\n}\n",
    "var c = {\n  m() {},\n}\n",
    "export const d = 1;\n",
    "export default class {}\n",
    "export default {\n}\n",
    "export { f as default };\n",
    "export { f as renamed };\n",
    "exports.e = function () { var local; };\n",
    "A.prototype.p = function () {};\n",
    "f.q = () => {};\n",
    "interface I { a: string }\n",
    "declare module 'm' { const inside: number; }\n",
    "type T = { a: 1 };\n",
    "enum E { X }\n",
    "import x from 'x';\n",
    "/* class Hidden {}\n",
    "*/\n",
    "`text ${\n",
    "} text`;\n",
    "`\n",
    "{\n",
    "}\n",
    "(\n",
    ");\n",
    "async\n",
    "@decorator /* */\n",
    "declare /* */\n",
    "abstract /* */\n",
    "export /* */\n",
    "x = /* */\n",
    "await /a/ /* */\n",
    "await (1);\n",
    "<!-- ;\n",
    "--> ;\n",
];

fn languages() -> impl Strategy<Value = Language> {
    prop::sample::select(vec![Language::Ts, Language::Js, Language::Dts])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 600 }))]

    #[test]
    fn halves_are_the_whole(
        pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 1..9),
        language in languages(),
    ) {
        let source = pieces.concat();
        let told = |entries: Vec<super::walk::Entry<'_>>| -> Vec<_> {
            let told = |entry: super::walk::Entry<'_>| {
                (entry.name.into_owned(), entry.kind, entry.container, entry.offset)
            };
            entries.into_iter().map(told).collect()
        };
        let expected = whole(&source, language).map(told);
        for at in 0..source.len() {
            if !is_start(source.as_bytes(), at) || source.as_bytes()[at - 1] != b'\n' {
                continue;
            }
            if let Some(entries) = in_halves(&source, at, language) {
                prop_assert_eq!(Ok(told(entries)), expected.clone(), "cut at {}", at);
            }
        }
    }
}

#[test]
fn statements_are_parsed_in_halves() {
    let source = "class A { m() {} }\nfunction f(): void;\nfunction f() {}\nexport const b = 1;\n";
    let cuts = [
        source.find("function f()").unwrap(),
        source.find("function f() {}").unwrap(),
    ];
    for at in cuts {
        let names = |entries: Vec<super::walk::Entry<'_>>| -> Vec<String> {
            entries.into_iter().map(|entry| entry.name.into_owned()).collect()
        };
        let halves = in_halves(source, at, Language::Ts).map(names);
        assert_eq!(halves, whole(source, Language::Ts).map(names).ok());
    }
    // Exported twice, which is an error of neither half.
    let twice = "export const a = 1;\nexport const a = 2;\n";
    assert!(in_halves(twice, 20, Language::Js).is_none());
}
