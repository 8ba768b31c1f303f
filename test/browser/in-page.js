// What a test asks of the page, from inside of it: handed to the browser as it stands.

const widget = document.querySelector('.widget');
const within = (selector = '*') => [...widget.querySelectorAll(selector)];
const beginning = (element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 120);

function calls() {
  const buttons = within('button');
  const actions = within('cwdb-action');
  const behind = buttons.map((button) => button.nextElementSibling);
  if (behind.some((element, n) => element !== actions[n]) || actions.length !== buttons.length) {
    throw new Error(`${buttons.length} buttons do not go with ${actions.length} actions.`);
  }
  const forms = Object.fromEntries(within('[name]').map(({ name, value }) => [name, value]));
  return actions.map((action, n) => ({
    label: buttons[n].textContent,
    endpoint: action.getAttribute('endpoint'),
    display: action.getAttribute('display') ?? 'widget',
    confirmation: action.getAttribute('confirmation'),
    payload: JSON.parse(action.textContent),
    forms,
  }));
}

function overflowing() {
  const room = widget.getBoundingClientRect();
  const out = within().filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (right > room.right + 0.5 || left < room.left - 0.5);
  });
  const scrolls = widget.scrollWidth > widget.clientWidth;
  return [...(scrolls ? ['the widget scrolls sideways'] : []), ...out.map(beginning)];
}

function active() {
  const runs = 'script, iframe, object, embed, link, meta, base, img, image, video, audio, use';
  const found = within(runs).map(beginning);
  for (const element of within()) {
    for (const { name, value } of element.attributes) {
      const isHandler = name.startsWith('on') || name === 'autofocus' || name === 'srcdoc';
      const leads = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name);
      const isLead = leads && element.localName !== 'cwdb-action' && !value.startsWith('https://');
      if (isHandler || isLead) found.push(beginning(element));
    }
  }
  return found;
}

function focused() {
  const at = document.activeElement;
  return widget.contains(at) ? `${at.localName} ${within().indexOf(at)}` : '';
}

function outline() {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return `${outlineStyle} ${outlineWidth}`;
}

function rgba(colour) {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return { r, g, b, a };
}

function over(front, back) {
  const mix = (name) => front[name] * front.a + back[name] * (1 - front.a);
  return { r: mix('r'), g: mix('g'), b: mix('b'), a: 1 };
}

function behind(element) {
  const layers = [];
  for (let at = element; at !== null; at = at.parentElement) {
    layers.unshift(rgba(getComputedStyle(at).backgroundColor));
  }
  return layers.reduce((back, front) => over(front, back), { r: 255, g: 255, b: 255, a: 1 });
}

// WCAG 2.2: relative luminance and contrast ratio.
function luminance({ r, g, b }) {
  const [red, green, blue] = [r, g, b].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colour, background) {
  const both = [luminance(over(rgba(colour), background)), luminance(background)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}

function tooFaint() {
  const faint = [];
  const expect = (element, what, colour, background, least) => {
    const ratio = contrast(colour, background);
    if (ratio < least) faint.push(`${what} ${ratio.toFixed(2)}: ${beginning(element)}`);
  };
  for (const element of within().filter((each) => each.getClientRects().length > 0)) {
    const { color, borderTopColor } = getComputedStyle(element);
    const { localName, childNodes } = element;
    const texts = [...childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const hasText = texts.some(({ textContent }) => textContent.trim() !== '');
    const isField = localName === 'input' || localName === 'select';
    if (hasText || isField) expect(element, 'text', color, behind(element), 4.5);
    if (localName === 'svg') expect(element, 'sign', color, behind(element), 3);
    if (isField || localName === 'button') {
      expect(element, 'border', borderTopColor, behind(element.parentElement), 3);
    }
    if (localName === 'input') {
      const placeholder = getComputedStyle(element, '::placeholder').color;
      expect(element, 'placeholder', placeholder, behind(element), 4.5);
    }
  }
  return faint;
}

window.inPage = { calls, overflowing, active, focused, outline, tooFaint };
