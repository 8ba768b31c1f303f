/**
 * What a CloudWatch dashboard looks like around a custom widget, near enough: its fonts, its
 * backgrounds, and its default styles for the elements that AWS documents (table, select, headers,
 * pre, input, textarea, and an anchor of class btn). The real style sheet is AWS's own.
 */
export type Theme = 'light' | 'dark';

const LIGHT = {
  page: '#f2f3f3',
  widget: '#ffffff',
  text: '#16191f',
  line: '#eaeded',
  field: '#ffffff',
  fieldLine: '#aab7b8',
  link: '#0073bb',
  button: '#545b64',
};
const DARK = {
  page: '#0f141a',
  widget: '#161d26',
  text: '#d5dbdb',
  line: '#2a2e33',
  field: '#21252c',
  fieldLine: '#545b64',
  link: '#44b9d6',
  button: '#d5dbdb',
};

/** Backgrounds that widgets have had in one or the other version of the console. */
export const BACKGROUNDS: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#ffffff', '#fbfbfb'],
  dark: ['#161d26', '#16191f', '#0f1b2a', '#21252c'],
};

export function dashboardStyle(theme: Theme, background?: string): string {
  const c = theme === 'dark' ? DARK : LIGHT;
  return `
body { margin: 0; padding: 16px; background: ${c.page}; color: ${c.text}; }
body, input, select, textarea, button { font-family: "Amazon Ember", "Helvetica Neue", Roboto, "Liberation Sans", Arial, sans-serif; font-size: 14px; line-height: 20px; }
.frame { background: ${background ?? c.widget}; border-radius: 8px; }
.frame h1 { margin: 0; padding: 10px 16px 4px; font-size: 16px; line-height: 20px; }
.widget { padding: 4px 16px 12px; overflow: auto; }
.widget table { border-collapse: collapse; width: 100%; font-size: 13px; }
.widget th, .widget td { text-align: left; padding: 6px 10px; border-bottom: 1px solid ${c.line}; }
.widget th { white-space: nowrap; }
.widget pre { font-family: Monaco, Menlo, Consolas, monospace; padding: 10px; }
.widget input, .widget textarea, .widget select { padding: 4px 8px; border: 1px solid ${c.fieldLine}; border-radius: 2px; background: ${c.field}; color: ${c.text}; }
.widget a { color: ${c.link}; text-decoration: none; }
.widget a.btn { display: inline-block; padding: 4px 14px; border: 1px solid ${c.button}; border-radius: 2px; color: ${c.button}; font-weight: 700; }
.widget a.btn-primary { background: #ec7211; border-color: #ec7211; color: #ffffff; }
`;
}
