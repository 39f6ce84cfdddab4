// The conversations and the messages of the selected one.

import {get, post} from './api.js';
import {byId, onClick, onSubmit, refresher, setText, setTime, update} from './dom.js';

/** How many conversations and messages are shown. */
const MOST = 100;

let conversations = [];
let previews = new Map();
let selected;
let now = 0;
/** The conversation whose messages are shown, and the latest of them. */
let shown, newest;

const list = byId('conversation-list');
const write = byId('write');

export const refreshConversations = refresher(
  () => Promise.all([get('conversations', {limit: MOST}), get('messages', {limit: MOST})]),
  showConversations,
);

export const refreshMessages = refresher(async () => {
  const id = selected;
  const {messages} = id ? await get('messages', {conversation_id: id, limit: MOST}) : {messages: []};
  return {id, messages};
}, showMessages);

function showConversations([listed, latest]) {
  conversations = listed.conversations;
  previews = new Map(latest.messages.map(message => [message.conversation_id, message.body]));
  if (!current()) select(conversations[0]?.conversation.id);
  byId('no-conversations').hidden = conversations.length > 0;
  byId('more-conversations').hidden = conversations.length < MOST;
  render();
}

function showMessages({id, messages}) {
  const chat = byId('chat');
  const atEnd = shown !== id || chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  update(byId('message-list'), messages, message => message.id, 'message', fillMessage);
  byId('more-messages').hidden = messages.length < MOST;
  if (atEnd) chat.scrollTop = chat.scrollHeight;
  const known = messages.findIndex(message => message.id === newest);
  const added = shown === id ? messages.slice(known + 1).filter(isSent) : [];
  if (added.length) byId('news').textContent = added.map(message => `Bot: ${message.body}`).join('\n');
  shown = id;
  newest = messages.at(-1)?.id;
}

/** Shows what depends on the time. */
export function setNow(time) {
  now = Date.parse(time);
  render();
}

function current() {
  return conversations.find(({conversation}) => conversation.id === selected);
}

function select(id) {
  selected = id;
  write.hidden = id === undefined;
  if (id === undefined) setText(byId('customer'), 'No conversation selected');
}

function render() {
  update(list, conversations, ({conversation}) => conversation.id, 'conversation', fillConversation);
  const open = current();
  if (open) setText(byId('customer'), nameAndPhone(open.conversation));
  setText(byId('window'), open ? `24-hour window: ${countdown(open)}` : '');
}

function nameAndPhone({customer: {name, phone}}) {
  return name ? `${name} ${phone ?? ''}` : phone ?? 'Unknown customer';
}

/** Returns the name of the conversation's customer, or the id of an older conversation. */
export function title(id) {
  const known = conversations.find(({conversation}) => conversation.id === id);
  return known ? known.conversation.customer.name || known.conversation.customer.phone || id : id;
}

function fillConversation(element, entry) {
  const {id, customer, status} = entry.conversation;
  const closed = isClosed(entry);
  setText(element, customer.name || customer.phone || 'Unknown customer', '.name');
  setText(element, previews.get(id) ?? customer.phone ?? '', '.preview');
  setText(element, status, '.status');
  setText(element, closed ? 'window closed' : '', '.window');
  element.classList.toggle('closed', closed);
  element.firstElementChild.setAttribute('aria-current', id === selected);
}

function fillMessage(element, message) {
  element.className = message.direction;
  setText(element, message.body, '.text');
  setText(element, isSent(message) ? 'Bot' : 'Customer', '.author');
  setTime(element.querySelector('time'), message.created_at);
  setText(element, isSent(message) ? message.status : '', '.status');
  element.querySelector('.status').classList.toggle('bad', message.status === 'failed');
  element.querySelector('.actions').hidden = !isSent(message) || message.status === 'failed';
  element.querySelector('[value=read]').hidden = message.status === 'read';
}

const isSent = message => message.direction === 'outbound';
const isClosed = entry => Date.parse(entry.window_closes_at) <= now;

function countdown(entry) {
  if (isClosed(entry)) return 'closed';
  const seconds = Math.ceil((Date.parse(entry.window_closes_at) - now) / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `closes in ${seconds} s`;
  return `closes in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

onClick(list, document.querySelector('main'), async ({conversation}) => {
  select(conversation.id);
  render();
  await refreshMessages();
  document.querySelector('main').scrollIntoView({block: 'nearest'});
});

list.addEventListener('keydown', event => {
  const step = {ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling'}[event.key];
  if (!step) return;
  event.preventDefault();
  event.target.closest('li')[step]?.firstElementChild.focus();
});

onSubmit(byId('start'), async values => {
  select((await post('customer-writes', values)).conversation_id);
  await refreshConversations();
  byId('start').reset();
  byId('new-conversation').open = false;
  write.elements.text.focus();
  await refreshMessages();
});

onSubmit(write, async ({text}) => {
  await post('customer-writes', {phone: current()?.conversation.customer.phone ?? '', text});
  write.reset();
});

write.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.target !== write.elements.text) return;
  event.preventDefault();
  write.requestSubmit();
});

onClick(byId('message-list'), document.querySelector('main'), ({id}, button) =>
  post('mark', {message_id: id, status: button.value}));
