//! One call of the parser.

use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::SourceType;

use super::{arena, depth};

/// Gives `read` the tree of a source without an error; else the first error and its offset, bytes.
pub fn parsed<R>(
    source: &str,
    source_type: SourceType,
    read: impl FnOnce(&ParserReturn<'_>) -> R,
) -> Result<R, (String, u32)> {
    let options = ParseOptions {
        preserve_parens: false,
        ..ParseOptions::default()
    };
    arena::with_arena_for(source, |arena| {
        depth::with_stack_for(source, || {
            let parsed = Parser::new(arena, source, source_type)
                .with_options(options)
                .parse();
            let error = parsed.diagnostics.errors().next();
            if error.is_none() && !parsed.panicked {
                return Ok(read(&parsed));
            }
            let message = error.map_or_else(
                || "it cannot be parsed".to_owned(),
                |error| error.message.to_string(),
            );
            let offset = error
                .and_then(|error| error.labels.first())
                .map_or(0, |label| label.offset());
            Err((message, offset))
        })
    })
}
