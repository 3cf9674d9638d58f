//! Statements and declarations.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, Expression, Function, Statement, TSModuleBlock,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody,
};
use oxc_span::GetSpan;

use super::keys::plain;
use super::walk::{Container, Overload, Scope, Walk, kind};

impl<'s> Walk<'s> {
    pub fn statements(&mut self, list: &[Statement<'_>], container: Container, scope: Scope) {
        self.statements_after(None, list, container, scope);
    }

    /// The statements of a file from here on; what the ones before ended with goes on.
    pub fn top(&mut self, list: &[Statement<'_>]) {
        let overload = self.overload.take();
        self.overload = self.statements_after(overload, list, None, Scope::Top);
    }

    fn statements_after(
        &mut self,
        mut overload: Option<Overload<'s>>,
        list: &[Statement<'_>],
        container: Container,
        scope: Scope,
    ) -> Option<Overload<'s>> {
        for statement in list {
            overload = self.statement(statement, container, scope, overload);
        }
        overload
    }

    /// Returns the overload that the next statement may belong to.
    fn statement(
        &mut self,
        statement: &Statement<'_>,
        container: Container,
        scope: Scope,
        overload: Option<Overload<'s>>,
    ) -> Option<Overload<'s>> {
        match statement {
            Statement::ExportDeclaration(export) => {
                return self.declaration(&export.declaration, container, scope, true, overload);
            }
            Statement::ExportDefaultDeclaration(export) => {
                return self.export_default(&export.declaration, export.span.start, container, overload);
            }
            Statement::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    if specifier.exported.name() != specifier.local.name() {
                        let (name, offset) = self.export_name(&specifier.exported);
                        self.add(name, kind::VARIABLE, container, offset);
                    }
                }
            }
            Statement::ExportFromDeclaration(export) => {
                for specifier in &export.specifiers {
                    let (name, offset) = self.export_name(&specifier.exported);
                    self.add(name, kind::VARIABLE, container, offset);
                }
            }
            Statement::ExportAllDeclaration(export) => {
                if let Some(exported) = &export.exported {
                    let (name, offset) = self.export_name(exported);
                    self.add(name, kind::NAMESPACE, container, offset);
                }
            }
            Statement::TSExportAssignment(export) => self.module_exports(&export.expression, container),
            Statement::ExpressionStatement(statement) => {
                if scope != Scope::Top || !self.assignment(&statement.expression) {
                    self.expression(&statement.expression, container);
                }
            }
            _ => {
                if let Some(declaration) = statement.as_declaration() {
                    return self.declaration(declaration, container, scope, false, overload);
                }
                self.control(statement, container);
            }
        }
        None
    }

    /// Statements that hold others.
    fn control(&mut self, statement: &Statement<'_>, container: Container) {
        let mut statement = statement;
        loop {
            statement = match statement {
                Statement::BlockStatement(block) => {
                    return self.statements(&block.body, container, Scope::Local);
                }
                // A chain of else-ifs may be long: it is followed in a loop.
                Statement::IfStatement(branch) => {
                    self.control(&branch.consequent, container);
                    match &branch.alternate {
                        Some(alternate) => alternate,
                        None => return,
                    }
                }
                Statement::LabeledStatement(labeled) => &labeled.body,
                Statement::WithStatement(with) => &with.body,
                Statement::DoWhileStatement(repeat) => &repeat.body,
                Statement::WhileStatement(repeat) => &repeat.body,
                Statement::ForStatement(repeat) => &repeat.body,
                Statement::ForInStatement(repeat) => &repeat.body,
                Statement::ForOfStatement(repeat) => &repeat.body,
                Statement::SwitchStatement(switch) => {
                    for case in &switch.cases {
                        self.statements(&case.consequent, container, Scope::Local);
                    }
                    return;
                }
                Statement::TryStatement(attempt) => {
                    self.statements(&attempt.block.body, container, Scope::Local);
                    if let Some(handler) = &attempt.handler {
                        self.statements(&handler.body.body, container, Scope::Local);
                    }
                    if let Some(last) = &attempt.finalizer {
                        self.statements(&last.body, container, Scope::Local);
                    }
                    return;
                }
                Statement::ReturnStatement(end) => {
                    if let Some(value) = &end.argument {
                        self.expression(value, container);
                    }
                    return;
                }
                Statement::ThrowStatement(end) => return self.expression(&end.argument, container),
                Statement::ExpressionStatement(statement) => {
                    return self.expression(&statement.expression, container);
                }
                // The body of what went before: it may declare a function.
                other => {
                    if let Some(declaration) = other.as_declaration() {
                        self.declaration(declaration, container, Scope::Local, false, None);
                    }
                    return;
                }
            }
        }
    }

    fn declaration(
        &mut self,
        declaration: &Declaration<'_>,
        container: Container,
        scope: Scope,
        is_exported: bool,
        overload: Option<Overload<'s>>,
    ) -> Option<Overload<'s>> {
        match declaration {
            Declaration::FunctionDeclaration(function) => {
                return self.function(function, container, overload);
            }
            Declaration::VariableDeclaration(variables) => self.variables(variables, container, scope),
            Declaration::ClassDeclaration(class) => {
                if let Some(id) = &class.id {
                    let name = self.text(id.span, &id.name);
                    self.class(class, name, id.span.start, container);
                }
            }
            Declaration::TSTypeAliasDeclaration(alias) => self.type_alias(alias, container),
            Declaration::TSInterfaceDeclaration(interface) => self.interface(interface, container),
            Declaration::TSEnumDeclaration(list) => {
                let name = self.text(list.id.span, &list.id.name);
                let symbol = self.add(name, kind::ENUM, container, list.id.span.start);
                for member in &list.body.members {
                    let (name, offset) = self.enum_member(&member.id);
                    self.add(name, kind::ENUM_MEMBER, symbol, offset);
                }
            }
            Declaration::TSExternalModuleDeclaration(module) => {
                let name = self.quoted(module.id.span, &module.id.value);
                let symbol = self.add(name, kind::MODULE, container, module.id.span.start);
                if let Some(body) = &module.body {
                    self.module_block(body, symbol);
                }
            }
            Declaration::TSNamespaceDeclaration(namespace) => self.namespace(namespace, container),
            Declaration::TSGlobalDeclaration(global) => {
                let name = self.text(global.global_span, "global");
                let symbol = self.add(name, kind::NAMESPACE, container, global.global_span.start);
                self.module_block(&global.body, symbol);
            }
            Declaration::TSImportEqualsDeclaration(import) => {
                if is_exported {
                    let name = self.text(import.id.span, &import.id.name);
                    self.add(name, kind::VARIABLE, container, import.id.span.start);
                }
            }
        }
        None
    }

    fn module_block(&mut self, block: &TSModuleBlock<'_>, container: Container) {
        self.statements(&block.body, container, Scope::Namespace);
    }

    /// `A.B` is one symbol.
    fn namespace(&mut self, outermost: &TSNamespaceDeclaration<'_>, container: Container) {
        let mut name = self.text(outermost.id.span, &outermost.id.name);
        let mut namespace = outermost;
        loop {
            match &namespace.body {
                TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                    name = format!("{name}.{}", inner.id.name).into();
                    namespace = inner;
                }
                TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                    let symbol = self.add(name, kind::NAMESPACE, container, outermost.id.span.start);
                    return self.module_block(block, symbol);
                }
            }
        }
    }

    /// A function with a name; an overload belongs to the first one.
    fn function(
        &mut self,
        function: &Function<'_>,
        container: Container,
        overload: Option<Overload<'s>>,
    ) -> Option<Overload<'s>> {
        let Some(id) = &function.id else {
            self.function_body(function, container);
            return None;
        };
        let this = Overload {
            name: self.text(id.span, &id.name),
            is_static: false,
        };
        if overload.as_ref() == Some(&this) {
            let symbol = self.entries.len().checked_sub(1).map(|last| last as u32);
            self.function_body(function, symbol);
        } else {
            let symbol = self.add(this.name.clone(), kind::FUNCTION, container, id.span.start);
            self.function_body(function, symbol);
        }
        function.body.is_none().then_some(this)
    }

    pub fn function_body(&mut self, function: &Function<'_>, container: Container) {
        if let Some(body) = &function.body {
            self.statements(&body.statements, container, Scope::Local);
        }
    }

    fn export_default(
        &mut self,
        declaration: &ExportDefaultDeclarationKind<'_>,
        offset: u32,
        container: Container,
        overload: Option<Overload<'s>>,
    ) -> Option<Overload<'s>> {
        match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) if function.id.is_some() => {
                return self.function(function, container, overload);
            }
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let this = Overload {
                    name: "default".into(),
                    is_static: false,
                };
                let symbol = if overload.as_ref() == Some(&this) {
                    self.entries.len().checked_sub(1).map(|last| last as u32)
                } else {
                    self.add("default".into(), kind::FUNCTION, container, offset)
                };
                self.function_body(function, symbol);
                return function.body.is_none().then_some(this);
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let (name, offset) = match &class.id {
                    Some(id) => (self.text(id.span, &id.name), id.span.start),
                    None => ("default".into(), offset),
                };
                self.class(class, name, offset, container);
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => {
                self.interface(interface, container)
            }
            _ => {
                if let Some(expression) = declaration.as_expression() {
                    self.default_value(expression, offset, container);
                }
            }
        }
        None
    }

    /// A value that is exported without a name of its own.
    pub fn default_value(&mut self, value: &Expression<'_>, offset: u32, container: Container) {
        match plain(value) {
            // It has a name where it is declared.
            Expression::Identifier(_) => {}
            value => self.variable("default".into(), offset, Some(value), kind::CONSTANT, container),
        }
    }

    /// `module.exports = ` and `export = `: the members of an object stand alone, all else that has no name is `default`.
    pub fn module_exports(&mut self, value: &Expression<'_>, container: Container) {
        match plain(value) {
            Expression::ObjectExpression(object) => self.object(object, container),
            Expression::FunctionExpression(function) => {
                let (name, offset) = match &function.id {
                    Some(id) => (self.text(id.span, &id.name), id.span.start),
                    None => ("default".into(), function.span.start),
                };
                let symbol = self.add(name, kind::FUNCTION, container, offset);
                self.function_body(function, symbol);
            }
            Expression::ClassExpression(class) => {
                let (name, offset) = match &class.id {
                    Some(id) => (self.text(id.span, &id.name), id.span.start),
                    None => ("default".into(), class.span.start),
                };
                self.class(class, name, offset, container);
            }
            value @ Expression::ArrowFunctionExpression(_) => {
                self.default_value(value, value.span().start, container)
            }
            value => self.expression(value, container),
        }
    }
}
