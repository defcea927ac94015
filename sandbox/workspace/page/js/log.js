// A list of messages that stays true while news arrives: used for the channel and for the thread panel.

import { dayName, sameDay, tsDate } from "./dates.js";
import { h } from "./dom.js";
import { redraw, renderMessage } from "./message.js";

const GROUP_SECONDS = 300;

/** A scrolling list. `options` go to renderMessage; `empty()` gives what to show when there is nothing. */
export function makeLog(box, { empty = () => null, days = true, ...options } = {}) {
  let channel = "";
  const nodes = new Map();
  const list = h("div", { class: "log-list" });
  const jump = h("button", { type: "button", class: "jump", hidden: true, data: { testid: "jump-to-latest" }, on: { click: () => { toEnd(); } } }, "New messages below");
  box.replaceChildren(list, jump);

  let atEnd = true;
  const nearEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const toEnd = () => { box.scrollTop = box.scrollHeight; jump.hidden = true; atEnd = true; };
  box.addEventListener("scroll", () => {
    atEnd = nearEnd();
    if (atEnd) jump.hidden = true;
  });
  // A banner or a panel that opens makes the list smaller; who reads the end goes on reading the end.
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(box);

  /** Dividers between days, and no second name when one person writes twice in a row. */
  function arrange() {
    list.querySelectorAll(".day, .empty").forEach((node) => node.remove());
    let last = null;
    for (const node of list.querySelectorAll(".message")) {
      const date = tsDate(node.dataset.ts);
      const newDay = days && (!last || !sameDay(tsDate(last.dataset.ts), date));
      if (newDay) node.before(h("div", { class: "day", role: "separator" }, h("span", {}, dayName(date))));
      const follows = !newDay && last && !node.classList.contains("from-bot") && !node.dataset.ephemeral && !last.dataset.ephemeral
        && last.dataset.user === node.dataset.user && node.dataset.ts - last.dataset.ts < GROUP_SECONDS;
      node.classList.toggle("follows", Boolean(follows));
      last = node;
    }
    if (!last) list.append(...[empty()].filter(Boolean));
  }

  return {
    /** Show these messages of a channel instead, at the end. */
    reset(id, messages) {
      channel = id;
      nodes.clear();
      list.replaceChildren(...messages.map((message) => {
        const node = renderMessage(channel, message, options);
        nodes.set(message.ts, node);
        return node;
      }));
      arrange();
      toEnd();
    },
    /** Add a message, or draw it anew. Follows the end unless one is reading further up. */
    put(message) {
      const stick = atEnd;
      const old = nodes.get(message.ts);
      if (old) nodes.set(message.ts, redraw(old, channel, message, options));
      else {
        const node = renderMessage(channel, message, options);
        const after = [...list.querySelectorAll(".message")].find((one) => one.dataset.ts > message.ts);
        if (after) after.before(node);
        else list.append(node);
        nodes.set(message.ts, node);
        arrange();
      }
      if (stick) toEnd();
      else if (!old) jump.hidden = false;
    },
    /** Take a message away. */
    drop(ts) {
      nodes.get(ts)?.remove();
      nodes.delete(ts);
      arrange();
    },
    toEnd,
  };
}
