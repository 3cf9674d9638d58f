/** Variables, the objects they are, and what CommonJS and prototypes assign. */

import type * as oxc from 'oxc-parser';
import type { SymbolKind } from '../contract.ts';
import { functionsIn } from './expressions.ts';
import { isFunction, keyName, type Named, plain } from './keys.ts';
import { classMembers } from './members.ts';
import { type Container, identifier, type Scope, type Walk } from './walk.ts';

export function variables(
  walk: Walk,
  { kind, declarations }: oxc.VariableDeclaration,
  container: Container,
  scope: Scope,
): void {
  const ofValue = kind === 'var' || kind === 'let' ? 'variable' : 'constant';
  for (const { id, init } of declarations) {
    if (id.type === 'Identifier' && scope !== 'local') {
      variable(walk, identifier(id), init, ofValue, container);
      continue;
    }
    if (scope !== 'local') pattern(walk, id, ofValue, container);
    if (init !== null) functionsIn(walk, init, container);
  }
}

/** A name and its value: what the value is decides the kind. */
function variable(
  walk: Walk,
  named: Named,
  init: oxc.Expression | null,
  ofValue: SymbolKind,
  container: Container,
): void {
  const value = init === null ? null : plain(init);
  if (value !== null && isFunction(value)) {
    functionsIn(walk, value, walk.add(named, 'function', container));
  } else if (value?.type === 'ClassExpression') {
    classMembers(walk, value, walk.add(named, 'class', container));
  } else {
    const symbol = walk.add(named, ofValue, container);
    if (value?.type === 'ObjectExpression') methods(walk, value, symbol);
    else if (value !== null) functionsIn(walk, value, symbol);
  }
}

function pattern(
  walk: Walk,
  target: oxc.BindingPattern | oxc.BindingRestElement,
  ofValue: SymbolKind,
  container: Container,
): void {
  switch (target.type) {
    case 'Identifier':
      walk.add(identifier(target), ofValue, container);
      break;
    case 'ObjectPattern':
      for (const property of target.properties)
        pattern(walk, property.type === 'Property' ? property.value : property, ofValue, container);
      break;
    case 'ArrayPattern':
      for (const element of target.elements) if (element !== null) pattern(walk, element, ofValue, container);
      break;
    case 'AssignmentPattern':
      pattern(walk, target.left, ofValue, container);
      break;
    case 'RestElement':
      pattern(walk, target.argument, ofValue, container);
      break;
  }
}

/** The methods of an object, and functions in its other values. */
function methods(walk: Walk, { properties }: oxc.ObjectExpression, container: Container): void {
  for (const property of properties) {
    if (property.type !== 'Property') continue;
    const { key, value, method, kind, computed } = property;
    if (method || kind !== 'init' || isFunction(plain(value))) {
      const symbol = walk.add(keyName(walk.source, key, computed), 'method', container);
      functionsIn(walk, value, symbol);
    } else functionsIn(walk, value, container);
  }
}

/** A value that is exported without a name of its own. */
export function defaultValue(walk: Walk, value: oxc.Expression, offset: number, container: Container): void {
  // It has a name where it is declared.
  if (plain(value).type === 'Identifier') return;
  variable(walk, { name: 'default', offset }, value, 'constant', container);
}

/** `module.exports = ` and `export = `: the members of an object stand alone, all else that has no name is `default`. */
export function moduleExports(walk: Walk, assigned: oxc.Expression, container: Container): void {
  const value = plain(assigned);
  switch (value.type) {
    case 'ObjectExpression':
      methods(walk, value, container);
      break;
    case 'FunctionExpression':
      walk.functionBody(value.body, walk.add(nameOf(value), 'function', container));
      break;
    case 'ClassExpression':
      classMembers(walk, value, walk.add(nameOf(value), 'class', container));
      break;
    case 'ArrowFunctionExpression':
      defaultValue(walk, value, value.start, container);
      break;
    default:
      functionsIn(walk, value, container);
  }
}

const nameOf = ({ id, start }: oxc.Function | oxc.Class): Named =>
  id === null ? { name: 'default', offset: start } : identifier(id);

/** `exports.a = `, `module.exports = `, `F.prototype.m = function`, `F.m = function`. False where it is none of them. */
export function assignment(walk: Walk, expression: oxc.Expression): boolean {
  const assigned = plain(expression);
  if (assigned.type !== 'AssignmentExpression' || assigned.operator !== '=') return false;
  const target = assigned.left;
  if (target.type !== 'MemberExpression' || target.computed || target.property.type !== 'Identifier')
    return false;
  const value = plain(assigned.right);
  const named = identifier(target.property);
  if (isExports(target.object)) {
    // A name that is given to what has it already, or for later, is not made here.
    const isNothing = value.type === 'UnaryExpression' && value.operator === 'void';
    const isSameName = value.type === 'Identifier' && value.name === named.name;
    if (!isNothing && !isSameName && !assignment(walk, value))
      variable(walk, named, value, 'variable', undefined);
    return true;
  }
  if (named.name === 'exports' && isNamed(target.object, 'module')) {
    moduleExports(walk, value, undefined);
    return true;
  }
  if (!isFunction(value)) return false;
  const owner = ownerOf(target.object);
  const container = owner === undefined ? undefined : walk.topNamed(owner);
  if (container === undefined) return false;
  functionsIn(walk, value, walk.add(named, 'method', container));
  return true;
}

/** `F` of `F` and of `F.prototype`. */
function ownerOf(object: oxc.Expression | oxc.Super): string | undefined {
  if (object.type === 'Identifier') return object.name;
  if (object.type !== 'MemberExpression' || !isProperty(object, 'prototype')) return undefined;
  return object.object.type === 'Identifier' ? object.object.name : undefined;
}

/** `exports` or `module.exports`. */
function isExports(object: oxc.Expression | oxc.Super): boolean {
  if (isNamed(object, 'exports')) return true;
  return (
    object.type === 'MemberExpression' && isProperty(object, 'exports') && isNamed(object.object, 'module')
  );
}

const isNamed = (object: oxc.Expression | oxc.Super, name: string): boolean =>
  object.type === 'Identifier' && object.name === name;

const isProperty = ({ computed, property }: oxc.MemberExpression, name: string): boolean =>
  !computed && property.type === 'Identifier' && property.name === name;
