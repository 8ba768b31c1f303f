/**
 * Whether a page consists of what the widget is made of, and nothing else: a small and strict reader
 * of HTML, to which an element, an attribute or an address that is not known is an error. What is
 * not escaped where it must be is at least one of them.
 */
import { callsIn } from '../../support/widget-caller.ts';

const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  a: ['class', 'href', 'target', 'rel', 'title'],
  bdi: ['class', 'title'],
  button: ['type', 'class', 'aria-label'],
  circle: ['cx', 'cy', 'r'],
  code: [],
  'cwdb-action': ['action', 'display', 'endpoint', 'confirmation'],
  dd: [],
  div: ['class'],
  dl: [],
  dt: [],
  form: ['method'],
  input: ['name', 'type', 'value', 'autocomplete', 'spellcheck', 'placeholder', 'aria-label'],
  option: ['value', 'selected'],
  p: ['class', 'role'],
  path: ['d'],
  select: ['name', 'aria-label'],
  span: ['class', 'title'],
  strong: [],
  svg: [
    ...['class', 'viewBox', 'width', 'height', 'fill', 'stroke', 'stroke-width', 'aria-hidden'],
  ],
  table: [],
  tbody: [],
  td: ['class'],
  th: ['scope', 'style'],
  thead: [],
  tr: [],
};
const VOID = new Set(['input']);
const CONSOLE = /^https:\/\/[a-z0-9-]+\.console\.aws\.amazon\.com\/secretsmanager\/secret\?/;
const STYLE = /^<style>[^<]*<\/style>/;
const TEXT = /[^<>&]+|&(?:amp|lt|gt|quot|#39);/y;
const TAG = /<(\/?)([a-z-]+)((?:\s+[A-Za-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z-]+)(?:="([^"]*)")?/g;

/** The first thing that does not belong in a page of the widget. */
export function strangerIn(html: string, arn: string): string | undefined {
  const page = html.replace(STYLE, '');
  const open: string[] = [];
  for (let at = 0; at < page.length; ) {
    TEXT.lastIndex = at;
    if (TEXT.test(page)) {
      at = TEXT.lastIndex;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(page);
    if (tag === null) return `no HTML of ours: ${JSON.stringify(page.slice(at, at + 80))}`;
    const wrong = wrongTag(tag, open, arn);
    if (wrong !== undefined) return wrong;
    at = TAG.lastIndex;
  }
  if (open.length > 0) return `not closed: ${open}`;
  return callsIn(page).length === page.split('<cwdb-action').length - 1
    ? undefined
    : 'an action without a button';
}

function wrongTag(
  [tag, slash = '', name = '', attributes = '', selfClosing = '']: RegExpExecArray,
  open: string[],
  arn: string,
): string | undefined {
  const allowed = Object.hasOwn(ELEMENTS, name) ? ELEMENTS[name] : undefined;
  if (allowed === undefined) return `an element of others: ${tag}`;
  if (slash === '/') return open.pop() === name ? undefined : `not open: ${tag}`;
  if (selfClosing === '' && !VOID.has(name)) open.push(name);
  for (const [, attribute = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
    if (!allowed.includes(attribute)) return `an attribute of others: ${tag}`;
    if (attribute === 'href' && !CONSOLE.test(value)) return `an address of others: ${tag}`;
    if (attribute === 'endpoint' && value !== arn) return `a function of others: ${tag}`;
  }
  return undefined;
}
