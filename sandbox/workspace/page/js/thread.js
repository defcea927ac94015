// The panel on the right: one message, its replies, and a box to answer in.

import { makeComposer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { makeLog } from "./log.js";
import { channel, held, inThread, on, store, tell } from "./store.js";

/** Let threads open in `panel`. `load(channel, ts)` fetches a thread's replies into the store. */
export function startThread(panel, load) {
  const title = h("span", { class: "panel-where" });
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Replies", data: { testid: "thread-log" } });
  const foot = h("div", { class: "composer" });
  const close = () => {
    if (!store.thread) return;
    store.thread = "";
    panel.hidden = true;
    log.reset("", []);
    tell("thread");
  };
  fill(panel,
    h("header", { class: "panel-head" }, h("h2", {}, "Thread"), title,
      h("button", { type: "button", class: "btn btn-icon bare", "aria-label": "Close thread", data: { testid: "thread-close" }, on: { click: close } }, icon("close"))),
    scroller, foot);
  const log = makeLog(scroller, { inPanel: true, days: false });
  const box = makeComposer(foot, { thread: () => store.thread, testid: "thread-input", sendTestid: "thread-send", commands: false });

  const show = () => {
    const parent = held(store.channel).get(store.thread);
    log.reset(store.channel, [parent, ...inThread(store.channel, store.thread)].filter(Boolean));
  };
  on("open-thread", async (ts) => {
    store.thread = ts;
    panel.hidden = false;
    title.textContent = channel(store.channel)?.direct ? "" : `#${channel(store.channel)?.name || ""}`;
    tell("thread");
    show();
    box.focus();
    await load(store.channel, ts);
    if (store.thread === ts) show();
  });
  on("loaded", async () => {
    if (!store.thread) return;
    await load(store.channel, store.thread);
    if (store.thread) show();
  });
  on("message", ({ channel: id, message }) => {
    if (store.thread && id === store.channel && (message.ts === store.thread || message.thread_ts === store.thread)) log.put(message);
  });
  on("gone", ({ message }) => {
    if (message.ts === store.thread) close();
    else log.drop(message.ts);
  });
  on("channel", close);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
}
