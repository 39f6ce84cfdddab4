// The page of a sandbox: follows its changes, and refreshes the lists that changed.

import {apiKey, follow, post} from './api.js';
import {refreshConversations, refreshMessages, setNow} from './chat.js';
import {refreshDeliveries, render as renderDeliveries} from './deliveries.js';
import {attempt, byId, onClick, onSubmit, setText, setTime} from './dom.js';
import {loadChoices, refreshFaults} from './faults.js';
import {refreshSubscriptions} from './subscriptions.js';

const longTime = iso => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

async function onChange(change, before) {
  const changed = name => change[name] !== before?.[name];
  setTime(byId('now'), change.now, longTime);
  setNow(change.now);
  if (changed('conversations')) await refreshConversations();
  await Promise.all([
    changed('messages') && refreshMessages(),
    changed('deliveries') && refreshDeliveries(),
    changed('deliveries') && refreshSubscriptions(),
    changed('faults') && refreshFaults(),
  ]);
  if (changed('conversations')) renderDeliveries();
}

function onConnection(error) {
  const text = error?.status === 401 ? 'The API key has changed. Reload the page' : 'Disconnected, trying again';
  setText(byId('connection'), error ? text : 'Connected');
  byId('connection').classList.toggle('bad', Boolean(error));
}

async function advance(seconds) {
  const {now} = await post('advance', {seconds});
  byId('news').textContent = `The clock is at ${longTime(now)}`;
}

const clock = byId('steps').parentElement;
onClick(byId('steps'), clock, (_, button) => advance(Number(button.value)));
// The same place shows the errors of the buttons and of the form.
byId('advance').addEventListener('submit', event => {
  event.preventDefault();
  const {amount, unit} = event.target.elements;
  attempt(clock, () => advance(amount.valueAsNumber * unit.value));
});

const reset = byId('reset');
byId('ask-reset').addEventListener('click', () => {
  reset.querySelector('form').reset();
  reset.showModal();
});
byId('cancel-reset').addEventListener('click', () => reset.close());
onSubmit(reset.querySelector('form'), async values => {
  await post('reset', values);
  reset.close();
});

/** Shows one of the three views of a narrow window. */
function show(view) {
  document.body.dataset.view = view;
  for (const button of byId('views').children) button.setAttribute('aria-pressed', button.value === view);
}

byId('views').addEventListener('click', ({target}) => target.value && show(target.value));
byId('conversation-list').addEventListener('click', () => show('chat'));
show('conversations');

// The commands of empty lists, as they are entered in a shell.
const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
const environment = `WATSI_BASE_URL=${location.origin} WATSI_API_KEY=${quoted(apiKey)}`;
const commands = {
  'write-command': `curl ${location.origin}/_sandbox/customer-writes --oauth2-bearer ${quoted(apiKey)} `
    + `--json '{"phone": "+5491155551234", "text": "Hi"}'`,
  'subscribe-command': `${environment} watsi subscribe http://127.0.0.1:3000/webhook message.received message.status`,
};
for (const [id, command] of Object.entries(commands)) {
  const place = byId(id);
  setText(place, command, 'code');
  place.querySelector('button').addEventListener('click', async () => {
    await navigator.clipboard.writeText(command).catch(() => getSelection().selectAllChildren(place.firstElementChild));
    byId('news').textContent = 'The command is copied';
  });
}

loadChoices().catch(() => {}); // Without them, a fault affects all operations and events.
follow(onChange, onConnection);
