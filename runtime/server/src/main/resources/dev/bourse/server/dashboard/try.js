// A chat with a model, over the endpoint that every client of OpenAI's speaks.

import {$, amount, count, el, millis, text} from './dom.js';
import {ask, events} from './data.js';

export function chat(model) {
  const turns = [];
  let running = null;

  function add(role) {
    const body = el('p');
    const note = el('small');
    const root = el('div', {class: 'turn ' + role}, el('span', {class: 'sr'}, role === 'user' ? 'You' : 'The model'), body, note);
    $('turns').append(root);
    $('turns').scrollTop = $('turns').scrollHeight;
    return {root, body, note};
  }

  function request() {
    const bid = $('try-bid').value;
    return {
      model: model(),
      messages: turns,
      stream: true,
      stream_options: {include_usage: true},
      max_tokens: Number($('try-max').value) || 200,
      temperature: Number($('try-temperature').value) || 0,
      ...(bid === '' ? {} : {bourse: {bid: {per_token: Number(bid), per_page: 0}}}),
    };
  }

  function receipt(usage, bourse, first, spent) {
    const words = [];
    if (usage) words.push(`${count(usage.prompt_tokens)} tokens in${usage.prompt_tokens_details?.cached_tokens ? ` (${count(usage.prompt_tokens_details.cached_tokens)} cached)` : ''}, ${count(usage.completion_tokens)} out`);
    if (bourse?.receipt) words.push(`${amount(bourse.receipt.credits)} credits`);
    if (first !== null) words.push(`first after ${millis(first)}`);
    if (usage && spent > first) words.push(`${count(usage.completion_tokens / (spent / 1000))} tokens/s`);
    return words.join(' · ');
  }

  async function send(prompt) {
    turns.push({role: 'user', content: prompt});
    text(add('user').body, prompt);
    const answer = add('assistant');
    running = new AbortController();
    text($('try-send'), 'Stop');
    $('try-new').hidden = false;
    let said = '';
    const began = performance.now();
    let first = null;
    let usage;
    let bourse;
    try {
      const response = await ask('/v1/chat/completions', {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify(request()),
        signal: running.signal,
      });
      for await (const {data} of events(response)) {
        if (!data || data === '[DONE]') continue;
        const chunk = JSON.parse(data);
        if (chunk.error) throw new Error(chunk.error.message);
        usage = chunk.usage || usage;
        bourse = chunk.bourse || bourse;
        const piece = chunk.choices?.[0]?.delta?.content;
        if (piece) {
          first ??= performance.now() - began;
          said += piece;
          const near = $('turns').scrollHeight - $('turns').scrollTop - $('turns').clientHeight < 40;
          text(answer.body, said);
          if (near) $('turns').scrollTop = $('turns').scrollHeight;
        }
      }
      text(answer.note, receipt(usage, bourse, first, performance.now() - began));
    } catch (error) {
      const stopped = error.name === 'AbortError';
      if (!stopped) answer.root.classList.add('failed');
      if (!said) text(answer.body, stopped ? '…' : error.message);
      text(answer.note, stopped ? 'stopped' : said ? error.message : 'not answered');
    } finally {
      running = null;
      text($('try-send'), 'Send');
      turns.push({role: 'assistant', content: said || '…'});
      $('turns').scrollTop = $('turns').scrollHeight;
    }
  }

  function clear() {
    running?.abort();
    turns.length = 0;
    $('turns').replaceChildren();
    $('try-new').hidden = true;
  }

  $('try-form').addEventListener('submit', event => {
    event.preventDefault();
    if (running) {
      running.abort();
      return;
    }
    const prompt = $('prompt').value.trim();
    if (!prompt) return;
    $('prompt').value = '';
    send(prompt);
  });
  $('prompt').addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!running) $('try-form').requestSubmit();
    }
  });
  $('try-new').addEventListener('click', () => {
    clear();
    $('prompt').focus();
  });
  return {clear};
}
