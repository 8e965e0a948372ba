// What the server tells: requests with the key of this tab, and streams that come back by themselves.

const KEY = 'bourse.key';
const SILENCE_MS = 15_000;
const WAIT_MAX_MS = 8_000;

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: value => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

export async function ask(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key.get()) headers.set('authorization', 'Bearer ' + key.get());
  const response = await fetch(path, {...options, headers, cache: 'no-store', credentials: 'omit'});
  if (!response.ok) {
    let message = `the server answered ${response.status}`;
    try {
      message = (await response.json()).error.message || message;
    } catch {
      // Its words are none of ours, such as those of a proxy.
    }
    throw new Refused(response.status, message);
  }
  return response;
}

export const json = async (path, options) => (await ask(path, options)).json();

/** The server-sent events of a response: {event, data}. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    rest += value;
    let end;
    while ((end = rest.indexOf('\n\n')) >= 0) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const found = {event: 'message', data: '', heard: true};
      for (const line of lines) {
        if (line.startsWith('event: ')) found.event = line.slice(7);
        else if (line.startsWith('data: ')) found.data += line.slice(6);
      }
      yield found;
    }
  }
}

/**
 * Follows a stream: comes back when it breaks, until `on.event` says false or it is stopped.
 *
 * @param path () => where it is now
 * @param on {event(name, data), live(), lost(seconds, words), refused(error)}
 * @return {stop(), again()}
 */
export function follow(path, on) {
  let abort = new AbortController();
  let stopped = false;
  let failures = 0;
  let timer = 0;

  async function run() {
    const mine = abort = new AbortController();
    let quiet = 0;
    const listen = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => mine.abort(), SILENCE_MS);
    };
    let words = 'the connection was closed';
    try {
      listen();
      const response = await ask(path(), {signal: mine.signal});
      for await (const {event, data} of events(response)) {
        if (mine !== abort || stopped) return;
        listen();
        failures = 0;
        on.live();
        if (data && on.event(event, JSON.parse(data)) === false) {
          stopped = true;
          mine.abort();
          return;
        }
      }
    } catch (error) {
      if (mine !== abort || stopped) return;
      if (error instanceof Refused) {
        words = error.message;
        if (error.status === 401 || error.status === 403 || error.status === 404) {
          stopped = true;
          on.refused(error);
          return;
        }
      }
    } finally {
      clearTimeout(quiet);
    }
    if (mine !== abort || stopped) return;
    const wait = Math.min(WAIT_MAX_MS, 500 * 2 ** failures++) * (0.75 + Math.random() / 2);
    on.lost(Math.max(1, Math.round(wait / 1000)), words);
    timer = setTimeout(run, wait);
  }

  run();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      abort.abort();
    },
    again() {
      if (stopped) return;
      clearTimeout(timer);
      abort.abort();
      failures = 0;
      run();
    },
  };
}
