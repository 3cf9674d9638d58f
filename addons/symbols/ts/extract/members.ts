/** Members of classes, interfaces and object types. */

import type * as oxc from 'oxc-parser';
import { functionsIn } from './expressions.ts';
import { keyName } from './keys.ts';
import { type Container, identifier, isSame, type Overload, type Walk } from './walk.ts';

export function classMembers(walk: Walk, { body }: oxc.Class, container: Container): void {
  let overload: Overload | undefined;
  for (const element of body.body) {
    switch (element.type) {
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition':
        overload = method(walk, element, container, overload);
        continue;
      case 'PropertyDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'AccessorProperty':
      case 'TSAbstractAccessorProperty': {
        const named = keyName(walk.source, element.key, element.computed);
        const symbol = walk.add(named, 'property', container);
        if (element.value !== null) functionsIn(walk, element.value, symbol);
        break;
      }
      case 'StaticBlock':
        walk.statements(element.body, container, 'local');
        break;
    }
    overload = undefined;
  }
}

const KINDS = { constructor: 'constructor', method: 'method', get: 'property', set: 'property' } as const;

function method(
  walk: Walk,
  { key, kind, computed, static: isStatic, value }: oxc.MethodDefinition,
  container: Container,
  overload: Overload | undefined,
): Overload | undefined {
  const named = keyName(walk.source, key, computed);
  const self = { name: named.name, isStatic };
  const symbol = isSame(overload, self) ? walk.last() : walk.add(named, KINDS[kind], container);
  if (kind === 'constructor') {
    for (const item of value.params) {
      if (item.type !== 'TSParameterProperty') continue;
      const { parameter } = item;
      const id = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
      if (id.type === 'Identifier') walk.add(identifier(id), 'property', container);
    }
  }
  walk.functionBody(value.body, symbol);
  return value.body === null && KINDS[kind] !== 'property' ? self : undefined;
}

export function signatures(walk: Walk, members: readonly oxc.TSSignature[], container: Container): void {
  let overload: Overload | undefined;
  for (const member of members) {
    let next: Overload | undefined;
    if (member.type === 'TSPropertySignature') {
      walk.add(keyName(walk.source, member.key, member.computed), 'property', container);
    } else if (member.type === 'TSMethodSignature') {
      const named = keyName(walk.source, member.key, member.computed);
      const self = { name: named.name, isStatic: false };
      if (member.kind !== 'method') walk.add(named, 'property', container);
      else {
        if (!isSame(overload, self)) walk.add(named, 'method', container);
        next = self;
      }
    }
    overload = next;
  }
}
