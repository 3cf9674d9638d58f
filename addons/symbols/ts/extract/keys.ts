/** Names of members. */

import type * as oxc from 'oxc-parser';

/** A name and where it begins, UTF-16 code units. */
export interface Named {
  readonly name: string;
  readonly offset: number;
}

/** A name in quotes is its text, a computed one as it is written, in brackets. */
export function keyName(source: string, key: oxc.PropertyKey, isComputed: boolean): Named {
  if (isComputed) return computed(source, key);
  if (key.type === 'Identifier') return { name: key.name, offset: key.start };
  if (key.type === 'Literal' && typeof key.value === 'string') return { name: key.value, offset: key.start };
  // With its `#`; or a number as it is written.
  return { name: source.slice(key.start, key.end), offset: key.start };
}

export function enumMemberName(source: string, { id, computed: isComputed }: oxc.TSEnumMember): Named {
  if (isComputed) return computed(source, id);
  if (id.type === 'Identifier') return { name: id.name, offset: id.start };
  return { name: String((id as oxc.StringLiteral).value), offset: id.start };
}

export function exportName(name: oxc.ModuleExportName): Named {
  return { name: name.type === 'Literal' ? name.value : name.name, offset: name.start };
}

function computed(source: string, { start, end }: oxc.Span): Named {
  return { name: `[${source.slice(start, end).trim()}]`, offset: start };
}

/** Without what does not change the value: assertions of types. */
export function plain(expression: oxc.Expression): oxc.Expression {
  for (let value = expression; ; ) {
    switch (value.type) {
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSNonNullExpression':
        value = value.expression;
        break;
      default:
        return value;
    }
  }
}

export const isFunction = ({ type }: oxc.Expression): boolean =>
  type === 'FunctionExpression' || type === 'ArrowFunctionExpression';
