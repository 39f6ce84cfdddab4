// The page of a sandbox: follows its changes, and refreshes the lists that changed.

import {follow, get, post} from './api.js';
import {refreshConversations, refreshMessages, setNow} from './chat.js';
import {refreshDeliveries} from './deliveries.js';
import {attempt, byId, onClick, onSubmit, setText, setTime} from './dom.js';
import {loadChoices, refreshFaults} from './faults.js';

const longTime = iso => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

async function onChange(change, before) {
  const changed = name => change[name] !== before?.[name];
  setTime(byId('now'), change.now, longTime);
  setNow(change.now);
  if (changed('conversations')) await refreshConversations();
  await Promise.all([
    changed('messages') && refreshMessages(),
    changed('deliveries') && refreshDeliveries(),
    changed('faults') && refreshFaults(),
  ]);
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

loadChoices().catch(() => {}); // Without them, a fault affects all operations and events.
follow(onChange, onConnection);
