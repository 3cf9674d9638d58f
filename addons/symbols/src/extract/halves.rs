//! A large source is parsed as two, each by a thread. That is the same as parsing it whole where the first half has no error: then what is open at the
//! cut (a bracket, a comment, a template, an unfinished statement) is nothing, and a line that begins with one of [`STARTS`] goes on with no
//! statement that was finished. Whatever is not as plain as that is parsed whole.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::{OnceLock, mpsc};
use std::thread;

use memchr::{memchr_iter, memmem, memrchr_iter};
use oxc_ast::ast::Program;
use oxc_parser::ParserReturn;
use oxc_span::GetSpan;

use super::Language;
use super::parse::parsed;
use super::walk::{Entry, Walk};

/// Below this, bytes, a thread costs about what it saves.
const LEAST: usize = 512 << 10;

/// How a statement at the top begins that no finished one before it can take for its own end.
const STARTS: [&[u8]; 10] = [
    b"class ",
    b"function ",
    b"const ",
    b"let ",
    b"var ",
    b"export ",
    b"interface ",
    b"declare ",
    b"type ",
    b"enum ",
];

/// What the walk finds; `None` where the source is to be parsed whole.
pub fn entries(source: &str, language: Language) -> Option<Vec<Entry<'_>>> {
    if source.len() < LEAST || !has_second_core() {
        return None;
    }
    in_halves(source, cut(source)?, language)
}

fn has_second_core() -> bool {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from)) > 1
}

/// The beginning of a statement near the middle, probably at the top.
fn cut(source: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let is_cut = |at: &usize| is_start(bytes, *at);
    let before = memrchr_iter(b'\n', first).map(|at| at + 1).find(is_cut);
    let behind = memchr_iter(b'\n', second)
        .map(|at| first.len() + at + 1)
        .find(is_cut);
    let distance = |at: &usize| at.abs_diff(first.len());
    [before, behind].into_iter().flatten().min_by_key(distance)
}

/// Behind the end of something, at the start of a line.
pub(super) fn is_start(source: &[u8], at: usize) -> bool {
    let (before, behind) = source.split_at(at);
    let before = before.trim_ascii_end();
    STARTS.iter().any(|word| behind.starts_with(word))
        && (before.ends_with(b"}") || before.ends_with(b";") || before.ends_with(b"*/"))
}

/// The first half's statements are walked by this thread, then those of the second by the one that has parsed them.
pub(super) fn in_halves(source: &str, at: usize, language: Language) -> Option<Vec<Entry<'_>>> {
    let (first, second) = source.split_at(at);
    let source_type = language.source_type();
    let (hand_over, receive) = mpsc::channel::<(Walk<'_>, Module)>();
    thread::scope(|scope| {
        let rest = thread::Builder::new()
            .spawn_scoped(scope, move || {
                parsed(second, source_type, |parsed| {
                    let module = Module::of(parsed, second);
                    // Nothing comes where the first half has an error.
                    let (mut walk, before) = receive.recv().ok()?;
                    if !before.fits(&module) {
                        return None;
                    }
                    walk.go_on(second, at as u32);
                    walk.top(&parsed.program.body);
                    Some(walk.entries)
                })
                .ok()
                .flatten()
            })
            .ok()?;
        let _ = parsed(first, source_type, |parsed| {
            if !is_closed(first, &parsed.program) {
                return;
            }
            let mut walk = Walk::new(first);
            walk.top(&parsed.program.body);
            // The other thread may have found an error, and ended.
            let _ = hand_over.send((walk, Module::of(parsed, first)));
        });
        drop(hand_over);
        rest.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Whether nothing but blanks follows the last statement and the last comment. The parser may forget that a comment is not closed, when it goes
/// back for an `await`.
fn is_closed(source: &str, program: &Program<'_>) -> bool {
    let statement = program.body.last().map_or(0, |last| last.span().end);
    let comment = program.comments.last().map_or(0, |last| last.span.end);
    let is_open = comment > statement
        && program
            .comments
            .last()
            .is_some_and(|last| last.is_block() && !source[..comment as usize].ends_with("*/"));
    let rest = &source[statement.max(comment) as usize..];
    !is_open && rest.trim_ascii().is_empty()
}

/// What a parser concludes from all statements at the top.
struct Module {
    /// Not of TypeScript, which is a module whatever it exports.
    is_javascript: bool,
    has_syntax: bool,
    /// Something in it means one thing in a module and another in a script.
    depends: bool,
    exported: HashSet<String>,
    has_default: bool,
}

impl Module {
    fn of(parsed: &ParserReturn<'_>, source: &str) -> Self {
        let record = &parsed.module_record;
        let is_javascript = parsed.program.source_type.is_javascript();
        let has_default = record
            .local_export_entries
            .iter()
            .chain(&record.indirect_export_entries)
            .any(|entry| entry.export_name.default_export_span().is_some());
        let found = |word: &str| memmem::find(source.as_bytes(), word.as_bytes()).is_some();
        let has_syntax = record.has_module_syntax;
        Self {
            is_javascript,
            has_syntax,
            depends: !has_syntax && ["await", "<!--", "-->"].into_iter().any(found),
            exported: record.exported_bindings.keys().map(ToString::to_string).collect(),
            has_default,
        }
    }

    /// Whether the two are one without an error, and each means what it means alone.
    fn fits(&self, other: &Self) -> bool {
        if !self.is_javascript {
            return true;
        }
        let is_repeated =
            self.has_default && other.has_default || !self.exported.is_disjoint(&other.exported);
        let has_changed = self.has_syntax != other.has_syntax && (self.depends || other.depends);
        !is_repeated && !has_changed
    }
}
