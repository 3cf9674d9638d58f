//! Members of classes, interfaces and object types.

use std::borrow::Cow;

use oxc_ast::ast::{
    BindingPattern, Class, ClassElement, Expression, MethodDefinition, MethodDefinitionKind,
    TSInterfaceDeclaration, TSMethodSignatureKind, TSSignature, TSType, TSTypeAliasDeclaration,
};

use super::walk::{Container, Overload, Scope, Walk, kind};

impl<'s> Walk<'s> {
    pub fn class(&mut self, class: &Class<'_>, name: Cow<'s, str>, offset: u32, container: Container) {
        let symbol = self.add(name, kind::CLASS, container, offset);
        let mut overload = None;
        for element in &class.body.body {
            overload = match element {
                ClassElement::MethodDefinition(method) => self.method(method, symbol, overload),
                ClassElement::PropertyDefinition(field) => {
                    let (name, offset) = self.key(&field.key, field.computed);
                    self.field(name, offset, field.value.as_ref(), symbol);
                    None
                }
                ClassElement::AccessorProperty(field) => {
                    let (name, offset) = self.key(&field.key, field.computed);
                    self.field(name, offset, field.value.as_ref(), symbol);
                    None
                }
                ClassElement::StaticBlock(block) => {
                    self.statements(&block.body, symbol, Scope::Local);
                    None
                }
                ClassElement::TSIndexSignature(_) => None,
            };
        }
    }

    fn field(
        &mut self,
        name: Cow<'s, str>,
        offset: u32,
        value: Option<&Expression<'_>>,
        container: Container,
    ) {
        let symbol = self.add(name, kind::PROPERTY, container, offset);
        if let Some(value) = value {
            self.expression(value, symbol);
        }
    }

    fn method(
        &mut self,
        method: &MethodDefinition<'_>,
        container: Container,
        overload: Option<Overload<'s>>,
    ) -> Option<Overload<'s>> {
        let kind = match method.kind {
            MethodDefinitionKind::Constructor => kind::CONSTRUCTOR,
            MethodDefinitionKind::Method => kind::METHOD,
            MethodDefinitionKind::Get | MethodDefinitionKind::Set => kind::PROPERTY,
        };
        let (name, offset) = self.key(&method.key, method.computed);
        let this = Overload {
            name,
            is_static: method.r#static,
        };
        let symbol = if overload.as_ref() == Some(&this) {
            self.entries.len().checked_sub(1).map(|last| last as u32)
        } else {
            self.add(this.name.clone(), kind, container, offset)
        };
        if method.kind == MethodDefinitionKind::Constructor {
            for parameter in &method.value.params.items {
                let is_property =
                    parameter.accessibility.is_some() || parameter.readonly || parameter.r#override;
                if let (true, BindingPattern::BindingIdentifier(id)) = (is_property, &parameter.pattern) {
                    let name = self.text(id.span, &id.name);
                    self.add(name, kind::PROPERTY, container, id.span.start);
                }
            }
        }
        self.function_body(&method.value, symbol);
        let is_signature = method.value.body.is_none() && kind != kind::PROPERTY;
        is_signature.then_some(this)
    }

    pub fn interface(&mut self, interface: &TSInterfaceDeclaration<'_>, container: Container) {
        let name = self.text(interface.id.span, &interface.id.name);
        let symbol = self.add(name, kind::INTERFACE, container, interface.id.span.start);
        self.signatures(&interface.body.body, symbol);
    }

    pub fn type_alias(&mut self, alias: &TSTypeAliasDeclaration<'_>, container: Container) {
        let name = self.text(alias.id.span, &alias.id.name);
        let symbol = self.add(name, kind::TYPE, container, alias.id.span.start);
        if let TSType::TSTypeLiteral(literal) = &alias.type_annotation {
            self.signatures(&literal.members, symbol);
        }
    }

    fn signatures(&mut self, members: &[TSSignature<'_>], container: Container) {
        let mut overload: Option<Overload<'s>> = None;
        for member in members {
            overload = match member {
                TSSignature::TSPropertySignature(property) => {
                    let (name, offset) = self.key(&property.key, property.computed);
                    self.add(name, kind::PROPERTY, container, offset);
                    None
                }
                TSSignature::TSMethodSignature(method) => {
                    let (name, offset) = self.key(&method.key, method.computed);
                    let this = Overload {
                        name,
                        is_static: false,
                    };
                    if method.kind != TSMethodSignatureKind::Method {
                        self.add(this.name, kind::PROPERTY, container, offset);
                        None
                    } else {
                        if overload.as_ref() != Some(&this) {
                            self.add(this.name.clone(), kind::METHOD, container, offset);
                        }
                        Some(this)
                    }
                }
                TSSignature::TSIndexSignature(_)
                | TSSignature::TSCallSignatureDeclaration(_)
                | TSSignature::TSConstructSignatureDeclaration(_) => None,
            };
        }
    }
}
