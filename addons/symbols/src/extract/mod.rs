//! Symbols of TypeScript and JavaScript sources, by the rules of README.md. The twin of ts/extract.

mod arena;
mod depth;
mod expressions;
mod halves;
mod keys;
mod members;
mod parse;
mod places;
mod statements;
#[cfg(test)]
mod tests;
mod variables;
mod walk;

use std::borrow::Cow;

use oxc_span::SourceType;

/// What the ending of a path says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// TypeScript without JSX.
    Ts,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript with JSX, module or script.
    Js,
    /// The same.
    Jsx,
    /// Declarations.
    Dts,
}

impl Language {
    fn source_type(self) -> SourceType {
        match self {
            Self::Ts => SourceType::ts().with_module(true),
            Self::Tsx => SourceType::tsx().with_module(true),
            // What has no import and no export is a script: `with` and octal numbers are allowed in it.
            Self::Js | Self::Jsx => SourceType::unambiguous().with_jsx(true),
            Self::Dts => SourceType::d_ts(),
        }
    }
}

/// One symbol.
#[derive(Debug, PartialEq, Eq)]
pub struct Extracted<'s> {
    /// Of the source, where it stands there as it is.
    pub name: Cow<'s, str>,
    /// A place in `SYMBOL_KINDS` of ts/contract.ts, counted from 1.
    pub kind: u8,
    /// Index of an earlier entry: what it is a member of.
    pub container: Option<u32>,
    /// From 0.
    pub line: u32,
    /// From 0, UTF-16 code units.
    pub column: u32,
}

/// Why a source does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For people.
    pub message: String,
    /// From 0.
    pub line: u32,
    /// From 0, UTF-16 code units.
    pub column: u32,
}

/// The symbols in the order of the source. Time and memory are proportional to the source.
///
/// # Errors
/// What the parser reports first. Nothing is taken from a source with an error.
pub fn extract(source: &str, language: Language) -> Result<Vec<Extracted<'_>>, Problem> {
    let body = source.strip_prefix('\u{feff}').unwrap_or(source);
    let skipped = (source.len() - body.len()) as u32;
    if depth::is_too_deep(body) {
        return Err(Problem {
            message: "it is nested too deeply".to_owned(),
            line: 0,
            column: 0,
        });
    }
    let entries = match halves::entries(body, language) {
        Some(entries) => Ok(entries),
        None => whole(body, language),
    };
    match entries {
        Ok(entries) => Ok(places::placed(source, skipped, entries)),
        Err((message, offset)) => {
            let (line, column) = places::place_of(source, (offset + skipped) as usize);
            Err(Problem {
                message,
                line,
                column,
            })
        }
    }
}

fn whole(source: &str, language: Language) -> Result<Vec<walk::Entry<'_>>, (String, u32)> {
    let walked = |source_type| {
        parse::parsed(source, source_type, |parsed| {
            let mut walk = walk::Walk::new(source);
            walk.top(&parsed.program.body);
            walk.entries
        })
    };
    let source_type = language.source_type();
    walked(source_type).or_else(|error| {
        // A module may have no import and no export, and yet wait at its top.
        if source_type.is_unambiguous() && source.contains("await") {
            walked(source_type.with_module(true)).or(Err(error))
        } else {
            Err(error)
        }
    })
}
