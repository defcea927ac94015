// The state behind the blocks of one message or form: what was chosen where. Given to renderBlocks. Draws nothing.

import { names, personName, store } from "./store.js";

/**
 * A surface for `renderBlocks`. `send(block_id, element, detail, values)` delivers a choice; `before` holds earlier
 * values by block and action, so that what one typed survives a redraw.
 */
export function makeSurface(send, before = {}) {
  const readers = new Map();
  const values = () => {
    const all = {};
    for (const [block, actions] of readers) {
      all[block] = Object.fromEntries([...actions].map(([action, read]) => [action, read()]));
    }
    return all;
  };
  return {
    names,
    values,
    people: () => store.people.map((one) => ({ value: one.id, label: personName(one) })),
    channels: () => store.channels.filter((one) => !one.id.startsWith("D")).map((one) => ({ value: one.id, label: `#${one.name}` })),
    act: (block, element, detail) => send(block, element, detail, values()),
    kept: (block, action) => before[block]?.[action],
    remember: (block, action, read) => {
      if (!readers.has(block)) readers.set(block, new Map());
      readers.get(block).set(action, read);
    },
  };
}
