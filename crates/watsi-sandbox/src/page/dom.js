// Updates lists in place, and shows the errors of forms and buttons. Texts come from anyone, so they are never HTML.

import {ApiError} from './api.js';

export const byId = id => document.getElementById(id);

/** Sets the text of an element, or of the descendant that matches the selector. */
export function setText(element, text, selector) {
  const target = selector ? element.querySelector(selector) : element;
  // Unchanged text is left alone, so that a selection in it survives.
  if (target.textContent !== text) target.textContent = text;
}

/** Returns a time without its year, as the window may close on another day. */
export const shortTime = iso => iso.slice(5, 19).replace('T', ' ');

/** Shows a time of the sandbox's clock in UTC. */
export function setTime(element, at, form = shortTime) {
  const iso = new Date(at).toISOString();
  element.dateTime = iso;
  element.title = iso;
  setText(element, form(iso));
}

/** Makes the list show these items, reusing the element of each key, and keeps the focus where it is. */
export function update(list, items, key, template, fill) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const old = new Map([...list.children].map(child => [child.dataset.key, child]));
  const elements = items.map(item => {
    const id = String(key(item));
    let element = old.get(id) ?? byId(template).content.firstElementChild.cloneNode(true);
    old.delete(id);
    element.dataset.key = id;
    element.item = item;
    fill(element, item);
    return element;
  });
  const kept = new Set(elements);
  for (const child of [...list.children]) if (!kept.has(child)) child.remove();
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
  if (!focused || document.activeElement === focused) return;
  const heading = list.closest('nav, section, main').querySelector('h2');
  (focused.isConnected ? focused : heading).focus({preventScroll: true});
}

/** Returns a function that loads something and shows it, unless the function was called again meanwhile. */
export function refresher(load, show) {
  let calls = 0;
  return async () => {
    const call = ++calls;
    const loaded = await load();
    if (call === calls) show(loaded);
  };
}

/** Performs the action, and shows its error at this place. Returns whether it succeeded. */
export async function attempt(place, action) {
  const output = place.querySelector('.error');
  const fields = [...place.querySelectorAll('[name]')];
  fields.forEach(field => field.removeAttribute('aria-invalid'));
  output.textContent = '';
  try {
    await action();
    return true;
  } catch (error) {
    const details = error instanceof ApiError ? Object.entries(error.details) : [];
    const problems = details.map(([field, problem]) => `${field} ${problem}`);
    output.textContent = [error.message, ...problems].join('\n');
    const invalid = fields.filter(field => details.some(([name]) => name === field.name));
    invalid.forEach(field => field.setAttribute('aria-invalid', 'true'));
    invalid[0]?.focus();
    return false;
  }
}

/** Sends the form's values, one request at a time. */
export function onSubmit(form, send) {
  let busy = false;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    await attempt(form, () => send(values(form)));
    busy = false;
  });
}

/** Performs the action of a button with the item that it belongs to. */
export function onClick(list, place, action) {
  list.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button) attempt(place, () => action(button.closest('li')?.item, button));
  });
}

function values(form) {
  const fields = [...form.elements].filter(field => field.name && !field.disabled && field.value !== '');
  return Object.fromEntries(fields.map(field => [field.name, value(field)]));
}

function value(field) {
  if (field.type === 'checkbox') return field.checked;
  return field.type === 'number' ? field.valueAsNumber : field.value;
}
