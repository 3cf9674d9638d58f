/** Expressions are no symbols, but functions in them may declare some: called on the spot, given as arguments, returned. */

import type * as oxc from 'oxc-parser';
import type { Container, Walk } from './walk.ts';

/** What functions in the expression declare. Chains of calls and members are followed in a loop: they may be long. */
export function functionsIn(walk: Walk, expression: oxc.Expression, container: Container): void {
  for (let value: oxc.Expression | null = expression; value !== null; ) {
    switch (value.type) {
      case 'FunctionExpression':
        walk.functionBody(value.body, container);
        return;
      case 'ArrowFunctionExpression':
        if (value.body.type === 'BlockStatement') {
          walk.functionBody(value.body as oxc.FunctionBody, container);
          return;
        }
        value = value.body as oxc.Expression;
        break;
      case 'CallExpression':
      case 'NewExpression':
        each(walk, value.arguments, container);
        value = value.callee;
        break;
      case 'ChainExpression':
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSNonNullExpression':
        value = value.expression;
        break;
      case 'MemberExpression':
        value = value.object;
        break;
      case 'UnaryExpression':
      case 'AwaitExpression':
      case 'YieldExpression':
        value = value.argument;
        break;
      case 'AssignmentExpression':
        value = value.right;
        break;
      case 'SequenceExpression':
        each(walk, value.expressions, container);
        return;
      case 'ArrayExpression':
        each(walk, value.elements, container);
        return;
      case 'ObjectExpression':
        for (const property of value.properties) {
          const held = property.type === 'Property' ? property.value : property.argument;
          functionsIn(walk, held as oxc.Expression, container);
        }
        return;
      case 'ConditionalExpression':
        functionsIn(walk, value.consequent, container);
        value = value.alternate;
        break;
      case 'LogicalExpression':
        functionsIn(walk, value.right, container);
        value = value.left;
        break;
      default:
        return;
    }
  }
}

function each(
  walk: Walk,
  list: readonly (oxc.Expression | oxc.SpreadElement | null)[],
  container: Container,
): void {
  for (const one of list) {
    if (one === null) continue;
    functionsIn(walk, one.type === 'SpreadElement' ? one.argument : one, container);
  }
}
