// Curves and bars as SVG, drawn to the pixel width that they have.

import {count, millis, svg} from './dom.js';

/** A curve over time with its area; who points at it reads the value there. */
export class Curve {
  constructor(label, read) {
    this.label = label;
    this.read = read;
    this.points = [];
    this.pointed = null;
    this.area = svg('path', {class: 'area'});
    this.line = svg('path', {class: 'curve'});
    this.at = svg('line', {class: 'at', visibility: 'hidden'});
    this.dot = svg('circle', {class: 'dot', r: 3, visibility: 'hidden'});
    this.root = svg('svg', {class: 'plot', role: 'img'}, this.area, this.line, this.at, this.dot);
    this.root.addEventListener('pointermove', event => this.point(event.offsetX));
    this.root.addEventListener('pointerleave', () => this.point(null));
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  point(x) {
    this.pointed = x;
    this.draw();
  }

  /** @param points [{at, value}], the oldest first */
  show(points, words) {
    this.points = points;
    this.root.setAttribute('aria-label', `${this.label}: ${words}`);
    this.draw();
  }

  draw() {
    const width = this.root.clientWidth;
    const height = this.root.clientHeight;
    if (!width) return;
    const points = this.points;
    const end = points.length ? points[points.length - 1].at : 0;
    const begin = points.length ? Math.min(points[0].at, end - 60_000) : 0;
    const top = Math.max(...points.map(point => point.value), 1e-9) * 1.08;
    const x = at => (at - begin) / (end - begin || 1) * width;
    const y = value => height - 1 - value / top * (height - 6);
    const line = points.map(point => `${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join('L');
    this.line.setAttribute('d', points.length > 1 ? 'M' + line : '');
    this.area.setAttribute('d', points.length > 1 ? `M${x(points[0].at).toFixed(1)} ${height}L${line}L${width} ${height}Z` : '');
    const found = this.pointed === null || !points.length ? null
      : points.reduce((a, b) => Math.abs(x(b.at) - this.pointed) < Math.abs(x(a.at) - this.pointed) ? b : a);
    for (const mark of [this.at, this.dot]) mark.setAttribute('visibility', found ? 'visible' : 'hidden');
    if (found) {
      for (const [name, value] of [['x1', x(found.at)], ['x2', x(found.at)], ['y1', 0], ['y2', height]]) this.at.setAttribute(name, value);
      this.dot.setAttribute('cx', x(found.at));
      this.dot.setAttribute('cy', y(found.value));
    }
    this.read(found, end);
  }
}

const KINDS = ['decode', 'prefill', 'again'];

/** Tokens of the last steps, stacked by what they were for; one step can be chosen. */
export class Steps {
  constructor(choose) {
    this.batches = [];
    this.chosen = null;
    this.choose = choose;
    this.root = svg('svg', {class: 'steps', role: 'img', tabindex: 0});
    const pick = event => this.pick(Math.floor(event.offsetX / this.pitch()) - this.room() + this.shown().length);
    this.root.addEventListener('pointermove', pick);
    this.root.addEventListener('pointerdown', pick);
    this.root.addEventListener('pointerleave', () => this.pick(null));
    this.root.addEventListener('keydown', event => {
      const shown = this.shown();
      const now = this.chosen === null ? shown.length - 1 : shown.findIndex(batch => batch.step === this.chosen);
      if (event.key === 'ArrowLeft') this.pick(Math.max(0, now - 1));
      else if (event.key === 'ArrowRight') this.pick(Math.min(shown.length - 1, now + 1));
      else if (event.key === 'Escape') this.pick(null);
      else return;
      event.preventDefault();
    });
    this.root.addEventListener('blur', () => this.pick(null));
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  room() {
    return Math.max(16, Math.floor(this.root.clientWidth / 11));
  }

  pitch() {
    return this.root.clientWidth / this.room();
  }

  shown() {
    return this.batches.slice(-this.room());
  }

  pick(index) {
    const batch = index === null ? undefined : this.shown()[index];
    this.chosen = batch ? batch.step : null;
    this.draw();
  }

  show(batches) {
    this.batches = batches;
    this.draw();
  }

  draw() {
    const width = this.root.clientWidth;
    const height = this.root.clientHeight;
    if (!width) return;
    const shown = this.shown();
    const pitch = this.pitch();
    const top = Math.max(1, ...shown.map(batch => batch.prefill + batch.decode + batch.again));
    const left = (this.room() - shown.length) * pitch;
    const nodes = [svg('line', {class: 'base', x1: 0, x2: width, y1: height - .5, y2: height - .5})];
    shown.forEach((batch, i) => {
      const x = left + i * pitch;
      if (batch.step === this.chosen) nodes.push(svg('rect', {class: 'chosen', x, width: pitch, y: 0, height}));
      let y = height - 1;
      for (const kind of KINDS) {
        if (!batch[kind]) continue;
        const tall = Math.max(1.5, batch[kind] / top * (height - 18));
        y -= tall;
        nodes.push(svg('rect', {'data-kind': kind, x: x + 1, width: Math.max(1, pitch - 2), y, height: tall, rx: 1.5}));
      }
    });
    if (shown.length) nodes.push(svg('text', {x: 0, y: 10}, `${count(top)} tokens`));
    this.root.replaceChildren(...nodes);
    const last = shown[shown.length - 1];
    this.root.setAttribute('aria-label', last
      ? `Tokens of the last ${shown.length} steps; the last, step ${last.step}, had ${last.decode} of decodes and ${last.prefill} of prefills in ${millis(last.ms)}. Arrow keys choose a step.`
      : 'No step was computed yet');
    this.choose(shown.find(batch => batch.step === this.chosen) || last, this.chosen !== null);
  }
}

