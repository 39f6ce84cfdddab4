// Calls the control API, and follows its changes.

export const apiKey = JSON.parse(document.getElementById('api-key').textContent);

const headers = {Authorization: `Bearer ${apiKey}`};

/** The pause before the next attempt to connect, in milliseconds. */
const PAUSE = 1000;

/** An error response of the control API. `details` has the problem of each field. */
export class ApiError extends Error {
  constructor(status, {message, details = {}}) {
    super(message);
    this.details = details;
    this.status = status;
  }
}

async function request(path, options) {
  const response = await fetch(path, {headers, ...options}).catch(() => {
    throw new Error('the sandbox does not respond');
  });
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new ApiError(response.status, body?.error ?? {message: `status code ${response.status}`});
}

export async function get(path, query = {}) {
  return (await request(`${path}?${new URLSearchParams(query)}`)).json();
}

/** Posts JSON, and returns the body of the response, or null if it has none. */
export async function post(path, body) {
  const json = {...headers, 'Content-Type': 'application/json'};
  const response = await request(path, {method: 'POST', headers: json, body: JSON.stringify(body)});
  return response.status === 204 ? null : response.json();
}

export async function remove(path) {
  await request(path, {method: 'DELETE'});
}

/**
 * Calls `onChange` with each change and the previous one of the same connection, and reconnects forever.
 * `onConnection` receives null once connected, or the error.
 */
export async function follow(onChange, onConnection) {
  for (;;) {
    try {
      const {body} = await request('changes');
      for await (const [change, before] of latest(body)) {
        await onChange(change, before);
        onConnection(null);
      }
      throw new Error('the sandbox closed the connection');
    } catch (error) {
      onConnection(error);
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
}

/** Yields the latest event of each read, and the one before. Those that a slow page missed are outdated. */
async function* latest(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  let before;
  try {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      const events = (buffer + value).split('\n\n');
      buffer = events.pop();
      const data = events.filter(event => event.startsWith('data:')).at(-1);
      if (data === undefined) continue;
      const change = JSON.parse(data.slice('data:'.length));
      yield [change, before];
      before = change;
    }
  } finally {
    reader.cancel().catch(() => {}); // It may have failed already.
  }
}
