// The subscriptions.

import {get, post, remove} from './api.js';
import {byId, onClick, onSubmit, setText, update} from './dom.js';

const form = byId('add-subscription');

export async function refreshSubscriptions() {
  const {subscriptions} = await get('subscriptions');
  update(byId('subscription-list'), subscriptions, ({id}) => id, 'subscription', (element, {url, events}) => {
    setText(element, url, '.url');
    setText(element, events.join(', ') || 'no events', '.events');
    element.querySelector('[value=test]').hidden = events.length === 0;
  });
  byId('no-subscriptions').hidden = subscriptions.length > 0;
}

onSubmit(form, async ({url, events}) => {
  await post('/webhooks', {url, events: events.split(/[\s,]+/).filter(Boolean)});
  form.reset();
  form.closest('details').open = false;
});

onClick(byId('subscription-list'), byId('subscriptions'), ({id, events}, button) =>
  button.value === 'test' ? post('post-event', {type: events[0], data: {}}) : remove(`subscriptions/${id}`));
