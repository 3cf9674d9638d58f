//! Names of members.

use std::borrow::Cow;

use oxc_ast::ast::{Expression, ModuleExportName, PropertyKey, TSEnumMemberName};
use oxc_span::{GetSpan, Span};

use super::walk::Walk;

/// A name and where it begins, bytes.
pub type Named<'s> = (Cow<'s, str>, u32);

impl<'s> Walk<'s> {
    /// A name in quotes is its text, a computed one as it is written, in brackets.
    pub fn key(&self, key: &PropertyKey<'_>, is_computed: bool) -> Named<'s> {
        let span = key.span();
        if is_computed {
            return self.computed(span);
        }
        let name = match key {
            PropertyKey::StaticIdentifier(name) => self.text(span, &name.name),
            PropertyKey::StringLiteral(literal) => self.quoted(span, &literal.value),
            // With its `#`; or a number as it is written.
            _ => Cow::Borrowed(self.written(span)),
        };
        (name, span.start)
    }

    pub fn enum_member(&self, name: &TSEnumMemberName<'_>) -> Named<'s> {
        let span = name.span();
        match name {
            TSEnumMemberName::Identifier(name) => (self.text(span, &name.name), span.start),
            TSEnumMemberName::String(literal) => (self.quoted(span, &literal.value), span.start),
            TSEnumMemberName::ComputedString(_) | TSEnumMemberName::ComputedTemplateString(_) => {
                self.computed(span)
            }
        }
    }

    pub fn export_name(&self, name: &ModuleExportName<'_>) -> Named<'s> {
        let span = name.span();
        let text = match name {
            ModuleExportName::StringLiteral(literal) => self.quoted(span, &literal.value),
            name => self.text(span, name.name().as_str()),
        };
        (text, span.start)
    }

    /// The text between the quotes.
    pub fn quoted(&self, span: Span, value: &str) -> Cow<'s, str> {
        self.text(Span::new(span.start + 1, span.end), value)
    }

    fn computed(&self, span: Span) -> Named<'s> {
        (Cow::Owned(format!("[{}]", self.written(span).trim())), span.start)
    }

    pub fn written(&self, span: Span) -> &'s str {
        self.source
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}

/// Without what does not change the value: assertions of types.
pub fn plain<'e, 'a>(mut expression: &'e Expression<'a>) -> &'e Expression<'a> {
    loop {
        expression = match expression {
            Expression::ParenthesizedExpression(inner) => &inner.expression,
            Expression::TSAsExpression(inner) => &inner.expression,
            Expression::TSSatisfiesExpression(inner) => &inner.expression,
            Expression::TSTypeAssertion(inner) => &inner.expression,
            Expression::TSNonNullExpression(inner) => &inner.expression,
            other => return other,
        }
    }
}
