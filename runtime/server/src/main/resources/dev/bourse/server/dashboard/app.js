// Puts the page together: who looks, at which model, and whether it is live.

import {follow, json, key, Refused} from './data.js';
import {$, count, el, duration, text} from './dom.js';
import {chat} from './try.js';
import * as views from './views.js';

const POINTS_KEPT = 1200;
const LINES_KEPT = 2000;

let me = null;
let model = '';
let stream = null;
let points = [];
let view = null;
let drawer = null;
let clock = 0;

const shown = {
  figures: views.figures(),
  batch: views.batch(),
  pages: views.pages(),
  tenants: views.tenants(),
  contexts: views.contexts(id => open(id)),
  processes: views.processes(id => open(id)),
};
const own = views.ownContexts($('process-contexts'));
const talk = chat(() => model);

// Live or not

function status(state, words, banner) {
  $('status').dataset.state = state;
  text($('status-text'), words);
  $('offline').hidden = !banner;
  text($('offline-text'), banner || '');
  $('board').classList.toggle('stale', Boolean(banner));
}

function lost(seconds, words) {
  clearInterval(clock);
  let left = seconds;
  const say = () => status('offline', 'not live', `Not live: ${words}. Trying again${left > 0 ? ` in ${left} s` : ''}. What you see is from before.`);
  say();
  clock = setInterval(() => {
    left -= 1;
    if (left <= 0) clearInterval(clock);
    say();
  }, 1000);
}

function live() {
  clearInterval(clock);
  if ($('status').dataset.state !== 'live') status('live', 'live');
}

function watch() {
  stream?.stop();
  points = [];
  shown.batch.clear();
  status('connecting', 'connecting');
  stream = follow(() => '/dashboard/v1/live?model=' + encodeURIComponent(model), {
    live,
    lost(seconds, words) {
      lost(seconds, words);
      refresh();
    },
    refused: error => error.status === 404 ? refresh().then(watch, () => lost(5, error.message)) : signIn(error.message),
    event(name, data) {
      if (name === 'hello') {
        points = data.points;
        shown.batch.clear();
        shown.figures(points, null);
      } else if (name === 'tick') tick(data);
    },
  });
}

function tick(data) {
  view = data;
  points.push(data.point);
  if (points.length > POINTS_KEPT) points.shift();
  shown.figures(points, view);
  shown.batch.show(view);
  shown.pages(view);
  shown.tenants(view);
  shown.contexts(view);
  shown.processes(view, me);
  drawer?.tick();
}

// A process

async function open(id) {
  drawer?.close();
  const dialog = $('process');
  const output = $('process-output');
  const stop = $('process-stop');
  output.replaceChildren();
  let offset = 0;
  let said = false;
  let mine = true;

  function write(kind, words) {
    const near = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
    if (!said) output.replaceChildren();
    said = true;
    output.append(el('span', {class: 'said-' + kind}, words));
    while (output.childNodes.length > LINES_KEPT) output.firstChild.remove();
    if (near) output.scrollTop = output.scrollHeight;
  }

  // Pieces of a text go on; objects are lines.
  const line = data => data.kind === 'message' && /^[{[].*[}\]]$/s.test(data.text) ? data.text + '\n' : data.text;

  function about(process) {
    text($('process-h'), process.program);
    text($('process-sub'), `${process.id} · ${process.tenant} · ${process.ended_at ? 'took' : 'since'} ${duration(Math.max(0, (process.ended_at || view?.point.at || Date.now()) - process.launched_at))}`);
    $('process-state').dataset.state = process.outcome ? (process.outcome === 'finished' ? 'finished' : 'failed') : process.state;
    text($('process-state'), views.stateWords(process));
    stop.hidden = Boolean(process.outcome);
    $('process-message').hidden = !process.message;
    $('process-message').classList.toggle('bad', Boolean(process.outcome) && process.outcome !== 'finished');
    text($('process-message'), process.message || '');
    views.receipt($('process-receipt'), process);
    if (process.outcome && !said) output.replaceChildren(el('span', {class: 'said-aside'}, 'It said nothing.'));
  }

  const self = drawer = {
    async tick() {
      own((view?.contexts || []).filter(context => context.process === id));
      const row = view?.processes.find(process => process.id === id);
      if (row && mine) about(row);
    },
    close() {
      mine = false;
      lines.stop();
      if (drawer === self) drawer = null;
      if (dialog.open) dialog.close();
    },
  };
  const lines = follow(() => `/dashboard/v1/processes/${encodeURIComponent(id)}/output?from=${offset}`, {
    live() {},
    lost() {},
    refused: error => mine && write('aside', error.message),
    event(name, data) {
      if (!mine) return false;
      if (name === 'said') {
        offset = data.offset + 1;
        if (data.kind === 'file') write('aside', `[a file of ${count(data.bytes)} bytes]\n`);
        else write(data.kind, line(data));
      } else if (name === 'missed') {
        offset = data.end;
        write('aside', `[${count(data.end - data.offset)} pieces are not kept any more]\n`);
      } else if (name === 'over') {
        about(data);
        return false;
      }
      return true;
    },
  });
  stop.onclick = async () => {
    if (!stop.classList.contains('sure')) {
      stop.classList.add('sure');
      text(stop, 'Really stop it');
      return;
    }
    calm();
    stop.disabled = true;
    try {
      about(await json('/dashboard/v1/processes/' + encodeURIComponent(id), {method: 'DELETE'}));
    } catch (error) {
      write('aside', error.message + '\n');
    }
    stop.disabled = false;
  };
  const calm = () => {
    stop.classList.remove('sure');
    text(stop, 'Stop');
  };
  stop.onblur = calm;
  calm();
  dialog.onclose = () => self.close();
  output.replaceChildren(el('span', {class: 'said-aside'}, 'Nothing yet.'));
  self.tick();
  try {
    const process = await json('/dashboard/v1/processes/' + encodeURIComponent(id));
    if (mine) {
      about(process);
      if (!dialog.open) dialog.showModal();
    }
  } catch (error) {
    self.close();
    status('live', error.message);
  }
}

$('process-close').addEventListener('click', () => $('process').close());
$('process').addEventListener('click', event => {
  if (event.target === $('process')) $('process').close();
});

// Who looks

function signIn(words) {
  stream?.stop();
  drawer?.close();
  clearInterval(clock);
  talk.clear();
  key.forget();
  me = null;
  status('connecting', 'signed out');
  $('board').hidden = true;
  $('model-pick').hidden = true;
  $('who').hidden = true;
  $('sign-out').hidden = true;
  $('sign-in').hidden = false;
  $('sign-in-error').hidden = !words;
  text($('sign-in-error'), words || '');
  $('key').focus();
}

function choose(models) {
  if (!models.some(one => one.name === model)) model = models.length ? models[0].name : '';
  $('model').replaceChildren(...models.map(one => el('option', {value: one.name, selected: one.name === model}, one.name)));
  $('model-pick').hidden = models.length === 0;
}

async function refresh() {
  try {
    me = await json('/dashboard/v1/me');
  } catch (error) {
    if (error instanceof Refused && (error.status === 401 || error.status === 403)) signIn(key.get() ? error.message : '');
    throw error;
  }
  const before = model;
  choose(me.models);
  if (before && before !== model) stream?.again();
}

async function enter() {
  try {
    await refresh();
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) {
      lost(3, error instanceof Refused ? error.message : 'the server does not answer');
      setTimeout(enter, 3000);
    }
    return;
  }
  $('sign-in').hidden = true;
  $('board').hidden = false;
  $('who').hidden = me.open;
  text($('who'), `${me.tenant}, ${me.role}`);
  $('sign-out').hidden = me.open;
  watch();
}

$('sign-in-form').addEventListener('submit', event => {
  event.preventDefault();
  key.set($('key').value.trim());
  $('key').value = '';
  enter();
});
$('sign-out').addEventListener('click', () => signIn(''));
$('model').addEventListener('change', () => {
  model = $('model').value;
  talk.clear();
  drawer?.close();
  watch();
});

// A page that nobody sees asks for nothing.
document.addEventListener('visibilitychange', () => {
  if (!me) return;
  if (document.hidden) stream?.stop();
  else watch();
});

// Colours

const THEMES = {system: ['◐', 'as the system'], light: ['☀', 'light'], dark: ['☾', 'dark']};

function theme(name) {
  const [sign, words] = THEMES[name] || THEMES.system;
  if (name === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  text($('theme'), sign);
  $('theme').setAttribute('aria-label', 'Colours: ' + words);
  $('theme').title = 'Colours: ' + words;
}

let colours = localStorage.getItem('bourse.theme') || 'system';
theme(colours);
$('theme').addEventListener('click', () => {
  const names = Object.keys(THEMES);
  colours = names[(names.indexOf(colours) + 1) % names.length];
  localStorage.setItem('bourse.theme', colours);
  theme(colours);
});

enter();
