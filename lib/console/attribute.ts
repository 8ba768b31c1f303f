/** An attribute of an HTML element that is there or not. */
import { html, type SafeHtml } from '@remix-run/html-template';

type Name = 'aria-label' | 'confirmation' | 'title';

/** With the space before it; nothing where there is no value. */
export function attribute(name: Name, value: string | undefined): SafeHtml {
  return value === undefined ? html`` : html` ${name}="${value}"`;
}
