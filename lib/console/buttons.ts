/**
 * Buttons as a CloudWatch dashboard knows them: an element, and behind it what a click on it does.
 * The dashboard asks for confirmation and invokes this very function again, as the viewer.
 */
import { html, type SafeHtml } from '@remix-run/html-template';
import { attribute } from './attribute.ts';
import type { ButtonPayload } from './widget-request.ts';

export interface Button {
  readonly label: string;
  /** What a screen reader says, where the label alone does not say of what. */
  readonly description?: string;
  readonly payload: ButtonPayload;
  /** Text that the viewer must agree to first. No stranger's text: how it is shown is not known. */
  readonly confirmation?: string;
  readonly isPrimary?: boolean;
}

/**
 * A `<button>`, for the keyboard's sake: a link without an address takes no focus, and one with an
 * address would lead away from the dashboard.
 * @param endpoint - the ARN by which this function was invoked, and never anybody's parameter
 */
export function button(
  endpoint: string,
  { label, description, payload, ...more }: Button,
): SafeHtml {
  const { isPrimary = false } = more;
  const style = isPrimary ? 'btn btn-primary lk-btn lk-primary' : 'btn lk-btn';
  const says = attribute('aria-label', description);
  const confirmation = attribute('confirmation', more.confirmation);
  return html`
<button type="button" class="${style}"${says}>${label}</button>
<cwdb-action action="call" display="widget" endpoint="${endpoint}"${confirmation}>
${inertJson(payload)}
</cwdb-action>`;
}

/** JSON that reads the same whether a dashboard takes it from the text or from the HTML of a node. */
function inertJson(payload: ButtonPayload): string {
  return JSON.stringify(payload).replace(
    /[<>&'\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
