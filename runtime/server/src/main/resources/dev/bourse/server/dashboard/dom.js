// Elements, numbers and times. All text becomes text: nothing here makes markup of it.

const SVG = 'http://www.w3.org/2000/svg';

export const $ = id => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.setAttribute('class', value);
    else if (name === 'style') for (const [key, to] of Object.entries(value)) node.style.setProperty(key, to);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/** An element with attributes and children; a string is text. */
export const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/** Sets the text of a node, if it is another. */
export function text(node, value) {
  const wanted = String(value);
  if (node.textContent !== wanted) node.textContent = wanted;
}

/**
 * Brings the children of a parent in line with items, and keeps the nodes of those that stay, so
 * that focus and selection outlive an update.
 */
export function keyed(parent, items, key, make, update) {
  const old = new Map();
  for (const node of parent.children) old.set(node.dataset.key, node);
  let at = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let node = old.get(name);
    if (node) old.delete(name);
    else {
      node = make(item);
      node.dataset.key = name;
    }
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
    update(node, item);
  }
  for (const node of old.values()) node.remove();
}

/** A table whose rows are kept from update to update; columns: {head, wide?, number?, grow?, cell(td, row)}. */
export function table(caption, columns) {
  const classes = column => [column.number && 'n', column.wide && 'wide', column.grow && 'grow'].filter(Boolean).join(' ') || null;
  const body = el('tbody');
  const root = el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
    el('table', {}, el('caption', {class: 'sr'}, caption),
      el('thead', {}, el('tr', {}, columns.map(column => el('th', {scope: 'col', class: classes(column)}, column.head)))),
      body));
  return {
    root,
    show(rows, key) {
      keyed(body, rows, key,
        () => el('tr', {}, columns.map(column => el('td', {class: classes(column)}))),
        (tr, row) => columns.forEach((column, i) => column.cell(tr.children[i], row)));
    },
  };
}

/** Shows one of several things in a place, without making the same anew. */
export function show(place, node) {
  if (place.firstChild !== node || place.childNodes.length !== 1) place.replaceChildren(node);
}

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const short = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});
const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumSignificantDigits: 3});

export const count = value => whole.format(value);

/** An amount in as few digits as tell it. */
export function amount(value) {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-6) return '≈0';
  return size >= 10_000 ? compact.format(value) : short.format(value);
}

export function millis(value) {
  if (value === undefined || value === null) return '–';
  if (value < 1) return short.format(value) + ' ms';
  if (value < 1000) return (value < 10 ? short.format(value) : whole.format(value)) + ' ms';
  return duration(value);
}

export function duration(ms) {
  const s = ms / 1000;
  if (s < 60) return short.format(s) + ' s';
  if (s < 3600) return `${Math.floor(s / 60)} min ${whole.format(Math.floor(s % 60))} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

export const median = values => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : undefined;
};
