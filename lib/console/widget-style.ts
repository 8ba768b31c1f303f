/**
 * The widget's own style, on top of what a CloudWatch dashboard gives tables, fields and buttons.
 * Every rule is under `.latchkey`: nobody says whether one widget's style reaches another.
 */
import { html, type SafeHtml } from '@remix-run/html-template';
import type { Frame } from './widget-request.ts';

/** Colours that the console uses itself; on both backgrounds they keep WCAG AA. */
const COLOURS = {
  light: {
    text: '#0f141a',
    quiet: '#545b66',
    line: '#d1d5db',
    field: '#ffffff',
    fieldLine: '#7d8998',
    link: '#0764c4',
    good: '#037f0c',
    warning: '#855900',
    bad: '#d91515',
    onPrimary: '#ffffff',
    noticeBack: '#f2f5f9',
  },
  dark: {
    text: '#dedee3',
    quiet: '#a4abb8',
    line: '#414d5c',
    field: '#0f141a',
    fieldLine: '#7d8998',
    link: '#5db7ff',
    good: '#44c55b',
    warning: '#fbd332',
    bad: '#ff8080',
    onPrimary: '#0f141a',
    noticeBack: '#1d2733',
  },
} as const;

/** Constants only: a style element is no place for a stranger's text. */
export function style(theme: Frame['theme']): SafeHtml {
  return html.raw`<style>${rules(COLOURS[theme])}</style>`;
}

function rules(c: (typeof COLOURS)[Frame['theme']]): string {
  return `
.latchkey { color: ${c.text}; font-size: 14px; line-height: 20px; overflow-wrap: anywhere; }
.latchkey cwdb-action { display: none; }
.latchkey * { box-sizing: border-box; }
.latchkey p { margin: 0; }
.latchkey form { display: inline-flex; flex-wrap: wrap; gap: 8px; margin: 0; min-width: 0; flex: 1 1 260px; max-width: 560px; }
.latchkey .lk-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin: 0 0 8px; }
.latchkey .lk-bar .lk-push { margin-left: auto; }
.latchkey select, .latchkey input { font: inherit; height: 32px; margin: 0; padding: 4px 10px; min-width: 0; max-width: 100%; color: ${c.text}; background-color: ${c.field}; border: 1px solid ${c.fieldLine}; border-radius: 8px; }
.latchkey select { flex: 1 1 150px; }
.latchkey input { flex: 2 1 200px; }
.latchkey input::placeholder { color: ${c.quiet}; opacity: 1; }
.latchkey .lk-below { margin: 8px 0 0; }
.latchkey .lk-btn { font: inherit; font-weight: 700; margin: 0; padding: 4px 14px; height: auto; max-width: 100%; white-space: normal; color: ${c.link}; background: transparent; border: 2px solid ${c.link}; border-radius: 20px; cursor: pointer; text-decoration: none; }
.latchkey .lk-primary { color: ${c.onPrimary}; background: ${c.link}; }
.latchkey .lk-btn:hover { text-decoration: underline; }
.latchkey a:focus-visible, .latchkey .lk-btn:focus-visible, .latchkey select:focus-visible, .latchkey input:focus-visible { outline: 2px solid ${c.link}; outline-offset: 2px; }
.latchkey a { color: ${c.link}; text-decoration: underline; }
.latchkey .lk-small .lk-btn { font-size: 12px; line-height: 16px; padding: 2px 8px; margin: 0 4px 4px 0; }
.latchkey .lk-counts { margin: 0 0 8px; }
.latchkey .lk-counts span { display: inline-block; margin-right: 12px; }
.latchkey .lk-notice { margin: 0 0 8px; padding: 8px 12px; background: ${c.noticeBack}; border-left: 4px solid ${c.quiet}; border-radius: 2px; }
.latchkey .lk-notice.lk-good { color: ${c.text}; border-color: ${c.good}; }
.latchkey .lk-notice.lk-bad { color: ${c.text}; border-color: ${c.bad}; }
.latchkey .lk-notice.lk-warning { color: ${c.text}; border-color: ${c.warning}; }
.latchkey table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 14px; background: transparent; }
.latchkey th { padding: 4px 8px; text-align: left; vertical-align: bottom; font-size: 12px; line-height: 16px; font-weight: 700; color: ${c.quiet}; background: transparent; border: 0; border-bottom: 1px solid ${c.line}; white-space: normal; }
.latchkey td { padding: 6px 8px; text-align: left; vertical-align: top; color: ${c.text}; background: transparent; border: 0; border-bottom: 1px solid ${c.line}; white-space: normal; }
.latchkey .lk-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)); gap: 0 24px; }
.latchkey .lk-card { padding: 10px 0 8px; border-bottom: 1px solid ${c.line}; }
.latchkey .lk-card dl { display: grid; grid-template-columns: 88px minmax(0, 1fr); gap: 2px 8px; margin: 4px 0 6px; }
.latchkey .lk-card dt { margin: 0; font-weight: 400; font-size: 12px; color: ${c.quiet}; }
.latchkey .lk-card dd { margin: 0; min-width: 0; }
.latchkey .lk-state { display: flex; gap: 6px; align-items: flex-start; font-weight: 700; }
.latchkey .lk-sign { flex: none; width: 16px; height: 16px; margin-top: 2px; }
.latchkey .lk-name { display: block; max-height: 60px; overflow: hidden; font-weight: 700; }
.latchkey .lk-client { display: block; max-height: 60px; overflow: hidden; }
.latchkey .lk-id { font-family: Monaco, Menlo, Consolas, monospace; font-size: 11px; line-height: 16px; }
.latchkey code { display: inline-block; font-family: Monaco, Menlo, Consolas, monospace; font-size: 12px; padding: 0; color: ${c.text}; background: transparent; }
.latchkey .lk-sub { display: block; font-size: 12px; line-height: 16px; color: ${c.quiet}; }
.latchkey .lk-good { color: ${c.good}; }
.latchkey .lk-warning { color: ${c.warning}; }
.latchkey .lk-bad { color: ${c.bad}; }
.latchkey .lk-quiet { color: ${c.quiet}; }
`;
}
