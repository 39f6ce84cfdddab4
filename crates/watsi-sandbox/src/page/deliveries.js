// The deliveries: one row for each event and subscription, with its attempts.

import {get, post} from './api.js';
import {title} from './chat.js';
import {byId, onClick, setText, setTime, shortTime, update} from './dom.js';

/** How many attempts are read. */
const MOST = 100;

const list = byId('delivery-list');
const filter = byId('delivery-filter');
const {event_type, outcome} = filter.elements;

let attempts = [];

export async function refreshDeliveries() {
  ({deliveries: attempts} = await get('deliveries', {limit: MOST}));
  offerTypes();
  render();
}

/** Shows the deliveries that the filter selects, the latest first. */
export function render() {
  const rows = grouped(attempts);
  const selected = rows.filter(isSelected);
  update(list, selected, key, 'delivery', fill);
  filter.hidden = rows.length === 0;
  byId('no-deliveries').hidden = rows.length > 0;
  byId('no-match').hidden = rows.length === 0 || selected.length > 0;
  byId('more-deliveries').hidden = attempts.length < MOST;
}

const key = ({event, subscription_id}) => `${event.id} ${subscription_id}`;

/** Returns the latest attempt of each event and subscription, with all attempts, oldest first. */
function grouped(attempts) {
  const groups = new Map();
  for (const attempt of attempts) {
    const all = groups.get(key(attempt))?.attempts ?? [];
    groups.delete(key(attempt));
    groups.set(key(attempt), {...attempt, attempts: [...all, attempt]});
  }
  return [...groups.values()].reverse();
}

function isSelected({event, outcome: last}) {
  if (event_type.value && event.type !== event_type.value) return false;
  return !outcome.value || (last === 'accepted') === (outcome.value === 'accepted');
}

/** Offers the types of the deliveries, and keeps the selected one. */
function offerTypes() {
  const offered = new Set([...event_type.options].map(option => option.value));
  const types = new Set(attempts.map(({event}) => event.type));
  for (const type of types) if (!offered.has(type)) event_type.add(new Option(type, type));
}

const result = ({outcome, status, reason}) => [outcome, status ?? reason].filter(Boolean).join(': ');

function fill(element, {event, conversation_id, at, next_attempt_at, attempts, ...last}) {
  const status = event.data.status;
  setText(element, event.type, '.type');
  setText(element, typeof status === 'string' ? status : '', '.carried');
  setText(element, result(last), '.outcome');
  element.querySelector('.outcome').classList.toggle('bad', last.outcome !== 'accepted');
  setText(element, conversation_id ? title(conversation_id) : '', '.conversation');
  setTime(element.querySelector('time'), at);
  const more = attempts.length > 1 ? `${attempts.length} attempts` : '';
  setText(element, more, '.count');
  setText(element, next_attempt_at ? `next attempt at ${shortTime(next_attempt_at)}` : '', '.next');
  if (element.querySelector('details').open) fillDetails(element, attempts, event);
}

function fillDetails(element, attempts, event) {
  const lines = attempts.map(({attempt, at, ...rest}) => `Attempt ${attempt} at ${shortTime(at)}: ${result(rest)}`);
  setText(element, [`To ${element.item.url}`, ...lines].join('\n'), '.attempts');
  setText(element, JSON.stringify(event, null, 2), 'pre');
}

// `toggle` does not bubble. The details are rendered only if someone wants to see them.
list.addEventListener('toggle', ({target}) => {
  const element = target.closest('li');
  fillDetails(element, element.item.attempts, element.item.event);
}, true);

filter.addEventListener('change', render);
onClick(list, byId('deliveries'), ({event}) => post('redeliver', {event_id: event.id}));
