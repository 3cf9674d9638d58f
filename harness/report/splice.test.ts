import { describe, expect, test } from 'vitest';
import { BEGIN, END, spliceTable } from './splice.ts';
import { markdownTable } from './table.ts';

const PAGE = `# Title\n\n${BEGIN}\n\nold\n\n${END}\n\nrest\n`;

test('only what is between the markers changes', () => {
  expect(spliceTable(PAGE, '| new |\n')).toBe(`# Title\n\n${BEGIN}\n\n| new |\n\n${END}\n\nrest\n`);
});

test('twice is once', () => {
  const once = spliceTable(PAGE, '| new |');
  expect(spliceTable(once, '| new |')).toBe(once);
});

test('a table with dollars is text, not a pattern', () => {
  expect(spliceTable(PAGE, "$& $1 $'")).toContain("$& $1 $'");
});

describe('refused', () => {
  test.each([
    ['no markers', '# Title\n'],
    ['only a begin', `${BEGIN}\n`],
    ['only an end', `${END}\n`],
    ['the wrong way round', `${END}\n${BEGIN}\n`],
    ['two pairs', PAGE + PAGE],
    ['two begins', `${BEGIN}\n${PAGE}`],
    ['two ends', `${PAGE}${END}\n`],
  ])('%s', (_, text) => {
    expect(() => spliceTable(text, 'new', 'README.md')).toThrow(
      expect.objectContaining({
        code: 'ERR_RESULT',
        message: expect.stringMatching(/^README\.md has not.*$/),
      }),
    );
  });
});

test('a table of nothing still has its head', () => {
  expect(markdownTable(['a', 'b'], [])).toBe('| a | b |\n| --- | --- |');
});
