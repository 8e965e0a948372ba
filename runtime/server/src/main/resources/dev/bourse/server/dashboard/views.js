// The parts of the board. Each is made once, and shows what it is given.

import {Curve, Steps} from './charts.js';
import {$, amount, count, duration, el, keyed, median, millis, show, table, text} from './dom.js';

const COURSE_MS = 5 * 60_000;
const STEPS_KEPT = 256;

const STATES = {
  computes: 'computes',
  waits_for_slots: 'waits for slots',
  waits_for_pages: 'waits for memory',
  idle: 'idle',
  suspended: 'suspended',
};

export const empty = (...children) => el('p', {class: 'empty'}, ...children);

function figure(label, unit, second, value, format, note) {
  const number = el('span');
  const below = el('p', {class: 'note'});
  let now = '';
  let words = '';
  const curve = new Curve(label, (found, end) => {
    text(number, found ? format(found.value) : now);
    text(below, found ? `${duration(end - found.at)} ago` : words);
  });
  const root = el('div', {class: 'figure' + (second ? ' second' : '')},
    el('dl', {}, el('dt', {}, label), el('dd', {}, number, el('small', {}, unit))), below, curve.root);
  return {
    root,
    show(points, view) {
      const course = points.map(point => ({at: point.at, value: value(point)}));
      now = course.length ? format(course[course.length - 1].value) : '–';
      words = note(course, view);
      curve.show(course, `${now} ${unit}; ${words}`);
    },
  };
}

const highest = (course, format) => `at most ${format(Math.max(0, ...course.map(point => point.value)))}`;

/** Throughput, latency and prices over time. */
export function figures() {
  const all = [
    figure('Throughput', 'tokens/s', false, point => point.tokens, count, course => highest(course, count)),
    figure('Step', 'ms', false, point => point.step_millis, amount, (course, view) => {
      const first = view && median(view.processes.flatMap(process => Object.values(process.usage)
        .map(receipt => receipt.first_token_ms).filter(Boolean)));
      return first ? `first token after ${millis(first)}, median` : highest(course, value => amount(value) + ' ms');
    }),
    figure('Token slot', 'credits', true, point => point.slot, amount, (course, view) => view && view.policy !== 'market'
      ? `no prices under ${view.policy}` : highest(course, amount)),
    figure('Page and tick', 'credits', true, point => point.page, amount, course => highest(course, amount)),
  ];
  $('figures').replaceChildren(...all.map(one => one.root));
  return (points, view) => {
    const end = points.length ? points[points.length - 1].at : 0;
    const shown = points.filter(point => point.at > end - COURSE_MS);
    all.forEach(one => one.show(shown, view));
  };
}

/** The batch of the last steps: who got how many tokens. */
export function batch(open) {
  const place = $('batch');
  const nothing = empty('Nothing was computed yet. Try a prompt, and see it go by here.');
  const line = el('p', {class: 'step-line'});
  const chips = el('div', {class: 'chips'});
  const steps = new Steps((one, chosen) => {
    if (!one) return;
    const tokens = one.prefill + one.decode + one.again;
    text(line, `Step ${count(one.step)}${chosen ? '' : ', the last'}: ${count(tokens)} ${tokens === 1 ? 'token' : 'tokens'} for ${count(one.contexts)} ${one.contexts === 1 ? 'context' : 'contexts'} in ${millis(one.ms)}`);
    const most = 12;
    keyed(chips, one.parts.slice(0, most), part => part.context,
      () => el('span', {class: 'chip'}, el('b'), el('span')),
      (node, part) => {
        node.dataset.kind = part.kind;
        node.title = `${part.kind}, ${part.tenant}, ${part.process}`;
        text(node.firstChild, '#' + part.context);
        text(node.lastChild, `${part.kind === 'again' ? 'again' : part.kind} ${count(part.tokens)}`);
      });
    const hidden = one.contexts - Math.min(most, one.parts.length);
    chips.lastElementChild?.classList?.contains('more') || hidden <= 0 || chips.append(el('span', {class: 'more', 'data-key': 'more'}, `and ${count(hidden)} more`));
  });
  const filled = el('div', {}, steps.root, line, chips);
  let batches = [];
  return {
    clear() {
      batches = [];
      show(place, nothing);
    },
    show(view) {
      batches = batches.concat(view.batches).slice(-STEPS_KEPT);
      show(place, batches.length ? filled : nothing);
      if (batches.length) steps.show(batches);
    },
  };
}

/** The page pool. */
export function pages() {
  const stack = el('div', {class: 'stack', role: 'img'});
  const bars = ['held', 'idle', 'cached', 'free'].map(name => [name, el('i', {class: 'p-' + name})]);
  stack.append(...bars.map(([, bar]) => bar));
  const cell = (name, label) => {
    const number = el('dd');
    return {name, number, node: el('div', {}, el('dt', {}, el('i', {class: 'p-' + name}), label), number)};
  };
  const cells = [cell('held', 'resident'), cell('idle', 'idle'), cell('cached', 'free, cached'), cell('free', 'free'), cell('spilled', 'spilled to disk'), cell('shared', 'saved by sharing')];
  $('pages').replaceChildren(stack, el('dl', {class: 'parts'}, cells.map(one => one.node)));
  return view => {
    const pool = view.pages;
    for (const [name, bar] of bars) bar.style.width = pool[name] / pool.all * 100 + '%';
    for (const one of cells) text(one.number, count(pool[one.name]));
    stack.setAttribute('aria-label', `Of ${pool.all} pages ${pool.held} are resident, ${pool.idle} idle, ${pool.cached} free and cached, ${pool.free} free`);
    text($('pages-sum'), `${count(pool.all)} pages, ${count(view.evictions)} evictions`);
  };
}

/** Accounts of tenants. */
export function tenants() {
  const rows = table('Accounts of tenants', [
    {head: 'tenant', grow: true, cell: (td, row) => { if (!td.firstChild) td.append(el('span', {class: 'name'})); text(td.firstChild, row.name); }},
    {head: 'balance', number: true, cell: (td, row) => text(td, amount(row.balance))},
    {head: 'paid', number: true, cell: (td, row) => text(td, amount(row.paid))},
    {head: 'dividend', number: true, wide: true, cell: (td, row) => text(td, amount(row.dividend))},
    {head: 'share', number: true, wide: true, cell: (td, row) => text(td, Math.round(row.endowment * 100) + '%')},
    {head: 'contexts', number: true, cell: (td, row) => text(td, count(row.contexts))},
  ]);
  const nothing = empty('No tenant has run anything yet.');
  return view => {
    show($('tenants'), view.tenants.length ? rows.root : nothing);
    rows.show([...view.tenants].sort((a, b) => b.paid - a.paid), row => row.name);
    text($('tenants-sum'), view.treasury === undefined ? '' : `treasury ${amount(view.treasury)} of ${amount(view.minted)} credits`);
  };
}

/** Contexts in the order of their fork tree, with how deep each is. */
export function forest(contexts) {
  const known = new Map(contexts.map(context => [context.id, context]));
  const children = new Map();
  for (const context of contexts) {
    const parent = known.has(context.parent) ? context.parent : 0;
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(context);
  }
  const rows = [];
  const stack = (children.get(0) || []).sort((a, b) => b.id - a.id).map(context => ({context, limbs: []}));
  while (stack.length) {
    const {context, limbs} = stack.pop();
    rows.push({...context, limbs, lost: context.parent && !known.has(context.parent)});
    const below = (children.get(context.id) || []).sort((a, b) => b.id - a.id);
    below.forEach((child, i) => stack.push({context: child, limbs: [...limbs, i > 0]}));
  }
  return rows;
}

// A limb for each level: whether more come below at that level.
const limbs = row => row.limbs.map((more, i) => i === row.limbs.length - 1 ? (more ? '├ ' : '└ ') : (more ? '│ ' : '  ')).join('');

function contextTable(caption, open) {
  return table(caption, [
    {head: 'context', grow: true, cell: (td, row) => {
      if (!td.firstChild) td.append(el('span', {class: 'tree'}, el('span', {class: 'limb', 'aria-hidden': 'true'}), el('span', {class: 'id'}), open
        ? el('button', {class: 'link name', type: 'button', onclick: event => open(event.currentTarget.dataset.process)}) : el('span', {class: 'muted'})));
      const [limb, id, name] = td.firstChild.children;
      text(limb, limbs(row));
      limb.hidden = row.limbs.length === 0;
      text(id, '#' + row.id);
      if (open) {
        name.dataset.process = row.process;
        text(name, row.limbs.length ? '' : row.title);
        name.hidden = row.limbs.length > 0;
      } else text(name, row.lost ? `fork of #${row.parent}, which is gone` : '');
    }},
    {head: 'state', cell: (td, row) => {
      if (!td.firstChild) td.append(el('span', {class: 'state'}));
      td.firstChild.dataset.state = row.state;
      text(td.firstChild, STATES[row.state] + (row.state.startsWith('waits') && row.waited_ms >= 1 ? `, ${millis(row.waited_ms)}` : ''));
    }},
    {head: 'tokens', number: true, cell: (td, row) => text(td, count(row.tokens))},
    {head: 'pages', number: true, wide: true, cell: (td, row) => text(td, count(row.pages))},
    {head: 'own share', number: true, wide: true, cell: (td, row) => text(td, amount(row.share))},
    {head: 'bid a token', number: true, wide: true, cell: (td, row) => text(td, amount(row.per_token))},
    {head: 'bid a page', number: true, wide: true, cell: (td, row) => text(td, amount(row.per_page))},
    {head: 'evicted', number: true, wide: true, cell: (td, row) => text(td, count(row.evictions))},
  ]);
}

/** Who computes, who waits and why, in the shape of the fork tree. */
export function contexts(open) {
  const choices = [['all', 'All'], ['computes', 'Running'], ['waits', 'Waiting']];
  let chosen = 'all';
  let last = null;
  const buttons = choices.map(([name, label]) => el('button', {type: 'button', 'aria-pressed': name === chosen, onclick: () => {
    chosen = name;
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(choices[i][0] === chosen)));
    if (last) draw(last);
  }}, label));
  $('contexts-filter').replaceChildren(...buttons);
  const rows = contextTable('Contexts', open);
  const more = el('p', {class: 'more'});
  const filled = el('div', {}, rows.root, more);
  const nothing = empty('');

  function draw(view) {
    last = view;
    const programs = new Map(view.processes.map(process => [process.id, process.program]));
    const counts = {all: view.contexts_all};
    for (const context of view.contexts) {
      const kind = context.state.startsWith('waits') ? 'waits' : context.state;
      counts[kind] = (counts[kind] || 0) + 1;
    }
    buttons.forEach((button, i) => text(button, `${choices[i][1]} ${count(counts[choices[i][0]] || 0)}`));
    const all = forest(view.contexts)
      .map(row => ({...row, title: programs.get(row.process) || row.process}))
      .filter(row => chosen === 'all' || row.state.startsWith(chosen));
    text(nothing, chosen === 'all' ? 'No context is open. A running process has one for each line of thought it follows.'
      : chosen === 'waits' ? 'Nobody waits.' : 'Nobody computes just now.');
    show($('contexts'), all.length ? filled : nothing);
    rows.show(all, row => row.id);
    text(more, view.contexts_all > view.contexts.length ? `${count(view.contexts_all - view.contexts.length)} more are not listed.` : '');
  }
  return draw;
}

const credits = process => Object.values(process.usage).reduce((sum, receipt) => sum + receipt.credits, 0);
const tokens = process => Object.values(process.usage).reduce((sum, receipt) => sum + receipt.prefill + receipt.decode, 0);
const stateOf = process => process.outcome ? (process.outcome === 'finished' ? 'finished' : 'failed') : process.state;
export const stateWords = process => process.outcome && process.outcome !== 'finished' ? process.outcome : stateOf(process);

/** Processes, to open. */
export function processes(open) {
  const rows = table('Processes', [
    {head: 'process', grow: true, cell: (td, row) => {
      if (!td.firstChild) td.append(el('button', {class: 'link name', type: 'button', onclick: event => open(event.currentTarget.dataset.process)}), el('span', {class: 'id name'}));
      td.firstChild.dataset.process = row.id;
      text(td.firstChild, row.program);
      text(td.lastChild, row.mine ? row.id : `${row.tenant} · ${row.id}`);
    }},
    {head: 'state', cell: (td, row) => {
      if (!td.firstChild) td.append(el('span', {class: 'state'}));
      td.firstChild.dataset.state = stateOf(row);
      text(td.firstChild, stateWords(row));
    }},
    {head: 'time', number: true, cell: (td, row) => text(td, duration(Math.max(0, (row.ended_at || row.now) - row.launched_at)))},
    {head: 'tokens', number: true, wide: true, cell: (td, row) => text(td, count(tokens(row)))},
    {head: 'credits', number: true, wide: true, cell: (td, row) => text(td, amount(credits(row)))},
  ]);
  const nothing = empty('No process ran yet. ', el('code', {}, 'bourse launch NAME'), ' starts one, and so does a prompt.');
  return (view, me) => {
    show($('processes'), view.processes.length ? rows.root : nothing);
    rows.show(view.processes.map(process => ({...process, mine: process.tenant === me.tenant, now: view.point.at})), row => row.id);
    text($('processes-sum'), `${count(view.running)} running`);
  };
}

/** What a process used. */
export function receipt(place, process) {
  const models = Object.entries(process.usage).filter(([, used]) => used.prefill + used.decode + used.from_cache > 0);
  if (!models.length) {
    show(place, empty('It has not used a model.'));
    return;
  }
  place.replaceChildren(...models.flatMap(([model, used]) => {
    const cells = [['prefill', count(used.prefill)], ['decode', count(used.decode)], ['from cache', count(used.from_cache)],
      ['read back', count(used.restored)], ['computed again', count(used.recomputed)], ['pages, at most', count(used.pages_peak)],
      ['credits', amount(used.credits)], ['first token', millis(used.first_token_ms)], ['CPU of the guest', millis(process.cpu_ms)]];
    const list = el('dl', {class: 'receipt', 'aria-label': model}, cells.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
    return models.length > 1 ? [el('p', {class: 'muted'}, model), list] : [list];
  }));
}

/** The contexts of one process. */
export function ownContexts(place) {
  const rows = contextTable('Contexts of the process', null);
  const nothing = empty('It holds no context.');
  return list => {
    show(place, list.length ? rows.root : nothing);
    rows.show(forest(list), row => row.id);
  };
}
