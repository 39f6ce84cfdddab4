// The log of delivery attempts.

import {get, post} from './api.js';
import {byId, onClick, setText, setTime, shortTime, update} from './dom.js';

/** How many attempts are shown. */
const MOST = 100;

const list = byId('delivery-list');

export async function refreshDeliveries() {
  const {deliveries} = await get('deliveries', {limit: MOST});
  update(list, deliveries.reverse(), key, 'delivery', fill);
  byId('no-deliveries').hidden = deliveries.length > 0;
  byId('more-deliveries').hidden = deliveries.length < MOST;
}

const key = ({id, subscription_id}) => `${id} ${subscription_id}`;

function fill(element, {event, attempt, at, outcome, status, reason, next_attempt_at}) {
  setText(element, event.type, '.type');
  setText(element, [outcome, status ?? reason].filter(Boolean).join(': '), '.outcome');
  element.querySelector('.outcome').classList.toggle('bad', outcome !== 'accepted');
  setText(element, event.id, '.event');
  setText(element, `attempt ${attempt}`, '.attempt');
  setTime(element.querySelector('time'), at);
  setText(element, next_attempt_at ? `next attempt at ${shortTime(next_attempt_at)}` : '', '.next');
}

// `toggle` does not bubble. The payload is rendered only if someone wants to see it.
list.addEventListener('toggle', ({target}) => {
  setText(target, JSON.stringify(target.closest('li').item.event, null, 2), 'pre');
}, true);

onClick(list, byId('deliveries'), ({event}) => post('redeliver', {event_id: event.id}));
