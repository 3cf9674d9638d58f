//! Variables, the objects they are, and what CommonJS and prototypes assign.

use std::borrow::Cow;

use oxc_ast::ast::{
    AssignmentOperator, AssignmentTarget, BindingPattern, Expression, ObjectExpression, ObjectPropertyKind,
    PropertyKind, UnaryOperator, VariableDeclaration, VariableDeclarationKind,
};

use super::keys::plain;
use super::walk::{Container, Scope, Walk, kind};

impl<'s> Walk<'s> {
    pub fn variables(&mut self, declaration: &VariableDeclaration<'_>, container: Container, scope: Scope) {
        let is_constant = !matches!(
            declaration.kind,
            VariableDeclarationKind::Var | VariableDeclarationKind::Let
        );
        let of_value = if is_constant {
            kind::CONSTANT
        } else {
            kind::VARIABLE
        };
        for declarator in &declaration.declarations {
            let value = declarator.init.as_ref();
            match &declarator.id {
                BindingPattern::BindingIdentifier(id) if scope != Scope::Local => {
                    let name = self.text(id.span, &id.name);
                    self.variable(name, id.span.start, value, of_value, container);
                }
                pattern => {
                    if scope != Scope::Local {
                        self.pattern(pattern, of_value, container);
                    }
                    if let Some(value) = value {
                        self.expression(value, container);
                    }
                }
            }
        }
    }

    /// A name and its value: what the value is decides the kind.
    pub fn variable(
        &mut self,
        name: Cow<'s, str>,
        offset: u32,
        value: Option<&Expression<'_>>,
        of_value: u8,
        container: Container,
    ) {
        match value.map(plain) {
            Some(value @ (Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_))) => {
                let symbol = self.add(name, kind::FUNCTION, container, offset);
                self.expression(value, symbol);
            }
            Some(Expression::ClassExpression(class)) => self.class(class, name, offset, container),
            Some(Expression::ObjectExpression(object)) => {
                let symbol = self.add(name, of_value, container, offset);
                self.object(object, symbol);
            }
            value => {
                let symbol = self.add(name, of_value, container, offset);
                if let Some(value) = value {
                    self.expression(value, symbol);
                }
            }
        }
    }

    fn pattern(&mut self, pattern: &BindingPattern<'_>, of_value: u8, container: Container) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => {
                let name = self.text(id.span, &id.name);
                self.add(name, of_value, container, id.span.start);
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    self.pattern(&property.value, of_value, container);
                }
                if let Some(rest) = &object.rest {
                    self.pattern(&rest.argument, of_value, container);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for element in array.elements.iter().flatten() {
                    self.pattern(element, of_value, container);
                }
                if let Some(rest) = &array.rest {
                    self.pattern(&rest.argument, of_value, container);
                }
            }
            BindingPattern::AssignmentPattern(assignment) => {
                self.pattern(&assignment.left, of_value, container)
            }
        }
    }

    /// The methods of an object, and functions in its other values.
    pub fn object(&mut self, object: &ObjectExpression<'_>, container: Container) {
        for property in &object.properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else {
                continue;
            };
            let is_function = property.method
                || property.kind != PropertyKind::Init
                || matches!(
                    plain(&property.value),
                    Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_)
                );
            if is_function {
                let (name, offset) = self.key(&property.key, property.computed);
                let symbol = self.add(name, kind::METHOD, container, offset);
                self.expression(&property.value, symbol);
            } else {
                self.expression(&property.value, container);
            }
        }
    }

    /// `exports.a = `, `module.exports = `, `F.prototype.m = function`, `F.m = function`. False where it is none of them.
    pub fn assignment(&mut self, expression: &Expression<'_>) -> bool {
        let Expression::AssignmentExpression(assignment) = plain(expression) else {
            return false;
        };
        if assignment.operator != AssignmentOperator::Assign {
            return false;
        }
        let AssignmentTarget::StaticMemberExpression(target) = &assignment.left else {
            return false;
        };
        let value = plain(&assignment.right);
        let span = target.property.span;
        let property = target.property.name;
        if is_exports(&target.object) {
            // A name that is given to what has it already, or for later, is not made here.
            let is_nothing =
                matches!(value, Expression::UnaryExpression(unary) if unary.operator == UnaryOperator::Void);
            let is_same = matches!(value, Expression::Identifier(id) if id.name == property);
            if is_nothing || is_same || self.assignment(value) {
                return true;
            }
            let name = self.text(span, &property);
            self.variable(name, span.start, Some(value), kind::VARIABLE, None);
            return true;
        }
        if property == "exports"
            && matches!(&target.object, Expression::Identifier(id) if id.name == "module")
        {
            self.module_exports(value, None);
            return true;
        }
        if !matches!(
            value,
            Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_)
        ) {
            return false;
        }
        let owner = match &target.object {
            Expression::Identifier(id) => Some(id.name),
            Expression::StaticMemberExpression(member) if member.property.name == "prototype" => {
                match &member.object {
                    Expression::Identifier(id) => Some(id.name),
                    _ => None,
                }
            }
            _ => None,
        };
        let Some(container) = owner.and_then(|owner| self.top_named(&owner)) else {
            return false;
        };
        let name = self.text(span, &property);
        let symbol = self.add(name, kind::METHOD, Some(container), span.start);
        self.expression(value, symbol);
        true
    }
}

/// `exports` or `module.exports`.
fn is_exports(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::Identifier(id) => id.name == "exports",
        Expression::StaticMemberExpression(member) => {
            member.property.name == "exports"
                && matches!(&member.object, Expression::Identifier(id) if id.name == "module")
        }
        _ => false,
    }
}
