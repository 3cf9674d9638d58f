//! The N-API binding: one thin class, every call behind the panic guard. A handle whose call panicked is poisoned.

mod file;
mod packed;

use napi::bindgen_prelude::{Buffer, Uint8Array, Uint32Array, Unknown};
use napi::{Env, JsValue};
use napi_derive::napi;
use pairbench_common::js::with_text;

use crate::error::{Code, Error};
use crate::extract::Language;
use crate::index::{Container, NewSymbol, SymbolIndex};
use packed::{Packed, Packer};

pairbench_common::binding_exports! {
    #[doc = "Version of the format."]
    format_version: u32 = 1,
}

/// What exports return.
mod js {
    /// The code lands in `error.code`. The macro knows the type by its name.
    pub type Result<T> = std::result::Result<T, napi::Error<crate::Code>>;
}

fn thrown(error: Error) -> napi::Error<Code> {
    napi::Error::new(error.code, error.message)
}

fn guard<T>(export: &str, body: impl FnOnce() -> crate::Result<T>) -> js::Result<T> {
    pairbench_common::guard_with(export, body).map_err(thrown)
}

/// Longest source, UTF-16 code units: `MAX_SOURCE_LENGTH` of ts/contract.ts.
const MAX_SOURCE: usize = 1 << 28;

/// Numbers of a symbol in `updateSymbols`: kind, length of its name and of its container (0: none) in UTF-16 code units, line, column.
const NUMBERS: usize = 5;

/// What an update did.
#[napi(object)]
pub struct NativeUpdate {
    /// Symbols that the file now has in the index.
    pub symbols: u32,
    /// Why the source does not parse.
    pub message: Option<String>,
    /// Where.
    pub line: u32,
    /// Where, UTF-16 code units.
    pub column: u32,
}

/// How much an index holds.
#[napi(object)]
pub struct NativeStats {
    /// Files.
    pub files: u32,
    /// Symbols.
    pub symbols: u32,
    /// Different names.
    pub names: u32,
    /// Bytes held.
    pub bytes: f64,
}

/// An index.
#[napi]
pub struct NativeIndex {
    index: Result<SymbolIndex, Error>,
}

impl NativeIndex {
    fn run<T>(
        &mut self,
        export: &str,
        body: impl FnOnce(&mut SymbolIndex) -> crate::Result<T>,
    ) -> js::Result<T> {
        let index = match &mut self.index {
            Ok(index) => index,
            Err(error) => return Err(thrown(error.clone())),
        };
        let done = pairbench_common::guard_with(export, || body(index));
        if let Err(error) = &done
            && error.code == Code::Internal
        {
            // What was changed half-way is not to be trusted again.
            self.index = Err(error.clone());
        }
        done.map_err(thrown)
    }
}

/// An empty index.
#[napi]
pub fn create_index() -> js::Result<NativeIndex> {
    guard("createIndex", || {
        Ok(NativeIndex {
            index: Ok(SymbolIndex::new()),
        })
    })
}

/// The index of a file's bytes; `ERR_DAMAGED` where they are none of this version.
#[napi]
pub fn decode_index(bytes: Uint8Array) -> js::Result<NativeIndex> {
    guard("decodeIndex", || {
        Ok(NativeIndex {
            index: Ok(SymbolIndex::decode(&bytes)?),
        })
    })
}

/// The same of a file, `null` where it cannot be read. Its bytes are never JavaScript's, which would keep them until a collection.
#[napi]
pub fn decode_file(path: String) -> js::Result<Option<NativeIndex>> {
    guard("decodeFile", || {
        let Ok(bytes) = file::read(&path) else {
            return Ok(None);
        };
        Ok(Some(NativeIndex {
            index: Ok(SymbolIndex::decode(&bytes)?),
        }))
    })
}

#[napi]
impl NativeIndex {
    /// Parses and replaces. `language`: its place in `LANGUAGES` of ts/core.ts.
    #[napi]
    pub fn update_source(
        &mut self,
        env: Env,
        path: String,
        #[napi(ts_arg_type = "string")] source: Unknown<'_>,
        language: u32,
        stamp: Option<String>,
    ) -> js::Result<NativeUpdate> {
        self.run("updateSource", |index| {
            let language = match language {
                0 => Language::Ts,
                1 => Language::Tsx,
                2 => Language::Js,
                3 => Language::Jsx,
                4 => Language::Dts,
                _ => return Err(Error::new(Code::InvalidArgType, "no language has this number")),
            };
            let update = with_text(env.raw(), source.raw(), MAX_SOURCE, |source| {
                index.update_source(&path, source, language, stamp.as_deref())
            })??;
            let (message, line, column) = update.problem.map_or((None, 0, 0), |problem| {
                (Some(problem.message), problem.line, problem.column)
            });
            Ok(NativeUpdate {
                symbols: update.symbols,
                message,
                line,
                column,
            })
        })
    }

    /// Replaces. `text` is all names and containers, one after the other; `numbers` five for each symbol.
    #[napi]
    pub fn update_symbols(
        &mut self,
        env: Env,
        path: String,
        #[napi(ts_arg_type = "string")] text: Unknown<'_>,
        numbers: Uint32Array,
        stamp: Option<String>,
    ) -> js::Result<()> {
        self.run("updateSymbols", |index| {
            with_text(env.raw(), text.raw(), usize::MAX, |text| {
                index.update(&path, &symbols_of(text, &numbers), stamp.as_deref())
            })?
        })
    }

    /// Symbols of a file.
    #[napi]
    pub fn symbols_of(&mut self, path: String) -> js::Result<u32> {
        self.run("symbolsOf", |index| Ok(index.symbols_of(&path)))
    }

    /// Whether the file was there.
    #[napi]
    pub fn remove(&mut self, path: String) -> js::Result<bool> {
        self.run("remove", |index| Ok(index.remove(&path)))
    }

    /// Whether the file was there.
    #[napi]
    pub fn rename(&mut self, from: String, to: String) -> js::Result<bool> {
        self.run("rename", |index| Ok(index.rename(&from, &to)))
    }

    /// The best hits in their order.
    #[napi]
    pub fn query(&mut self, text: String, limit: u32, kinds: u32) -> js::Result<Packed> {
        self.run("query", |index| {
            let mut hits = Packer::default();
            index.query(&text, limit as usize, kinds, |hit| hits.hit(hit))?;
            Ok(hits.into())
        })
    }

    /// Every file, by path.
    #[napi]
    pub fn files(&mut self) -> js::Result<Packed> {
        self.run("files", |index| {
            let mut files = Packer::default();
            index.each_file(|path, symbols, stamp| files.file(path, symbols, stamp));
            Ok(files.into())
        })
    }

    /// How much the index holds.
    #[napi]
    pub fn stats(&mut self) -> js::Result<NativeStats> {
        self.run("stats", |index| {
            let stats = index.stats();
            Ok(NativeStats {
                files: stats.files as u32,
                symbols: stats.symbols as u32,
                names: stats.names as u32,
                bytes: stats.bytes as f64,
            })
        })
    }

    /// The bytes of the index file.
    #[napi]
    pub fn encode(&mut self) -> js::Result<Buffer> {
        self.run("encode", |index| Ok(index.encode().into()))
    }

    /// Frees what the index holds; the handle is not used again.
    #[napi]
    pub fn release(&mut self) -> js::Result<()> {
        guard("release", || {
            self.index = Err(Error::new(Code::Internal, "the index was released"));
            Ok(())
        })
    }
}

fn symbols_of<'a>(text: &'a str, numbers: &[u32]) -> Vec<NewSymbol<'a>> {
    let mut rest = text;
    let symbol_of = |symbol: &[u32]| {
        let name = take_units(&mut rest, symbol[1]);
        let container = match symbol[2] {
            0 => Container::None,
            units => Container::Name(take_units(&mut rest, units)),
        };
        NewSymbol {
            name,
            kind: symbol[0].min(u32::from(u8::MAX)) as u8,
            container,
            line: symbol[3],
            column: symbol[4],
        }
    };
    numbers.chunks_exact(NUMBERS).map(symbol_of).collect()
}

/// The next so many UTF-16 code units of a text.
fn take_units<'a>(rest: &mut &'a str, units: u32) -> &'a str {
    let mut left = units as usize;
    let end = if rest.as_bytes().get(..left).is_some_and(<[u8]>::is_ascii) {
        left
    } else {
        rest.char_indices()
            .find(|(_, letter)| {
                let is_behind = left == 0;
                left = left.saturating_sub(letter.len_utf16());
                is_behind
            })
            .map_or(rest.len(), |(at, _)| at)
    };
    let (taken, behind) = rest.split_at(end);
    *rest = behind;
    taken
}
