// The active faults.

import {get, post, remove} from './api.js';
import {byId, onClick, onSubmit, setText, update} from './dom.js';

const form = byId('add-fault');
const {fault: kind, operation, event_type} = form.elements;

export async function refreshFaults() {
  const {faults} = await get('faults');
  update(byId('fault-list'), faults, fault => fault.id, 'fault', (element, fault) => {
    setText(element, description(fault), '.text');
  });
  byId('no-faults').hidden = faults.length > 0;
}

/** Fills in the operations and event types of the contract. */
export async function loadChoices() {
  const {paths, components} = await get('/docs/contract.json');
  const operations = Object.values(paths).flatMap(path => Object.values(path)).map(({operationId}) => operationId);
  const types = components.schemas.EventType['x-extensible-enum'];
  operation.append(...operations.filter(Boolean).map(id => new Option(id, id)));
  event_type.append(...types.map(type => new Option(type, type)));
}

function description({fault, status, retry_after, milliseconds, operation, event_type, next, every, applied}) {
  const parts = [
    [kind.querySelector(`[value="${CSS.escape(fault)}"]`)?.text ?? fault, status].filter(Boolean).join(' '),
    retry_after !== undefined && `Retry-After ${retry_after}`,
    milliseconds !== undefined && `${milliseconds} ms`,
    operation ?? event_type,
    every ? `every ${every}` : `next ${next ?? 1}`,
    `applied ${applied}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Shows the fields of the selected kind. Others are not sent. */
function showFields() {
  for (const label of form.querySelectorAll('[data-for]')) {
    label.hidden = !label.dataset.for.split(' ').includes(kind.value);
    label.control.disabled = label.hidden;
  }
}

kind.addEventListener('change', showFields);
showFields();

byId('frequency').addEventListener('change', event => {
  byId('count').name = event.target.value;
});

onSubmit(form, fault => post('faults', fault));
onClick(byId('fault-list'), byId('faults'), ({id}) => remove(`faults/${id}`));
