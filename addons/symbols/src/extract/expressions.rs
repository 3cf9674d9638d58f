//! Expressions are no symbols, but functions in them may declare some: called on the spot, given as arguments, returned.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, ArrowFunctionBody, CallExpression, ChainElement, Expression,
    ObjectPropertyKind,
};

use super::walk::{Container, Scope, Walk};

impl Walk<'_> {
    /// What functions in the expression declare. Chains of calls and members are followed in a loop: they may be long.
    pub fn expression(&mut self, expression: &Expression<'_>, container: Container) {
        let mut expression = expression;
        loop {
            expression = match expression {
                Expression::FunctionExpression(function) => return self.function_body(function, container),
                Expression::ArrowFunctionExpression(arrow) => match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => {
                        return self.statements(&body.statements, container, Scope::Local);
                    }
                    body => match body.as_expression() {
                        Some(value) => value,
                        None => return,
                    },
                },
                Expression::CallExpression(call) => {
                    self.arguments(&call.arguments, container);
                    &call.callee
                }
                Expression::NewExpression(call) => {
                    self.arguments(&call.arguments, container);
                    &call.callee
                }
                Expression::ChainExpression(chain) => match &chain.expression {
                    ChainElement::CallExpression(call) => self.chained(call, container),
                    ChainElement::TSNonNullExpression(inner) => &inner.expression,
                    ChainElement::StaticMemberExpression(member) => &member.object,
                    ChainElement::ComputedMemberExpression(member) => &member.object,
                    ChainElement::PrivateFieldExpression(member) => &member.object,
                },
                Expression::StaticMemberExpression(member) => &member.object,
                Expression::ComputedMemberExpression(member) => &member.object,
                Expression::PrivateFieldExpression(member) => &member.object,
                Expression::ParenthesizedExpression(inner) => &inner.expression,
                Expression::TSAsExpression(inner) => &inner.expression,
                Expression::TSSatisfiesExpression(inner) => &inner.expression,
                Expression::TSTypeAssertion(inner) => &inner.expression,
                Expression::TSNonNullExpression(inner) => &inner.expression,
                Expression::UnaryExpression(unary) => &unary.argument,
                Expression::AwaitExpression(wait) => &wait.argument,
                Expression::YieldExpression(end) => match &end.argument {
                    Some(value) => value,
                    None => return,
                },
                Expression::AssignmentExpression(assignment) => &assignment.right,
                Expression::SequenceExpression(sequence) => {
                    for one in &sequence.expressions {
                        self.expression(one, container);
                    }
                    return;
                }
                Expression::ArrayExpression(array) => {
                    for element in &array.elements {
                        match element {
                            ArrayExpressionElement::SpreadElement(spread) => {
                                self.expression(&spread.argument, container)
                            }
                            element => {
                                if let Some(value) = element.as_expression() {
                                    self.expression(value, container);
                                }
                            }
                        }
                    }
                    return;
                }
                Expression::ObjectExpression(object) => {
                    for property in &object.properties {
                        match property {
                            ObjectPropertyKind::ObjectProperty(property) => {
                                self.expression(&property.value, container)
                            }
                            ObjectPropertyKind::SpreadProperty(spread) => {
                                self.expression(&spread.argument, container)
                            }
                        }
                    }
                    return;
                }
                Expression::ConditionalExpression(choice) => {
                    self.expression(&choice.consequent, container);
                    &choice.alternate
                }
                Expression::LogicalExpression(choice) => {
                    self.expression(&choice.right, container);
                    &choice.left
                }
                _ => return,
            }
        }
    }

    fn chained<'e, 'a>(&mut self, call: &'e CallExpression<'a>, container: Container) -> &'e Expression<'a> {
        self.arguments(&call.arguments, container);
        &call.callee
    }

    fn arguments(&mut self, arguments: &[Argument<'_>], container: Container) {
        for argument in arguments {
            match argument {
                Argument::SpreadElement(spread) => self.expression(&spread.argument, container),
                argument => {
                    if let Some(value) = argument.as_expression() {
                        self.expression(value, container);
                    }
                }
            }
        }
    }
}
