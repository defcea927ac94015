// The channel in the middle: its messages, its empty state, and telling screen readers what is new.

import { h } from "./dom.js";
import { makeLog } from "./log.js";
import { author } from "./message.js";
import { words } from "./mrkdwn.js";
import { channel, inChannel, on, store, tell } from "./store.js";

const FIRST_COMMAND = "/pawdeploy staging";

function empty() {
  const here = channel(store.channel);
  if (!here || store.link === "connecting") return h("div", { class: "empty" }, h("p", {}, "Loading the conversation…"));
  if (here.name !== "deploys") {
    const name = here.direct ? "your messages with pawdeploy" : `#${here.name}`;
    return h("div", { class: "empty" }, h("h2", {}, `This is the beginning of ${name}`), h("p", {}, here.topic || "Nothing has been said here yet."));
  }
  return h("div", { class: "empty", data: { testid: "first-run-hint" } },
    h("h2", {}, "Ship something"),
    h("p", {}, "Type ", h("code", {}, FIRST_COMMAND), " below and press Enter. Everything behind it is simulated; nothing leaves this computer."),
    h("p", {}, h("button", { type: "button", class: "btn btn-primary filled", data: { testid: "try-first" }, on: { click: () => tell("compose", FIRST_COMMAND) } }, "Write it for me")),
    h("p", { class: "quiet" }, "Then ", h("code", {}, "/pawdeploy production"), ": Ann asks, Ben and Cleo approve, Otto may not. Change who you are on the left; break things with Faults, above."));
}

/** Start showing the chosen channel. */
export function startChannel(box, live) {
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Messages", data: { testid: "channel-log" } });
  box.replaceChildren(scroller);
  const log = makeLog(scroller, { empty });
  const fresh = () => log.reset(store.channel, inChannel(store.channel));
  on("loaded", fresh);
  on("message", ({ channel: id, message, before, reply }) => {
    if (id === store.channel && !reply) log.put(message);
    if (id === store.channel && !before && message.user !== store.me) announce(live, message);
  });
  on("gone", ({ channel: id, message, reply }) => { if (id === store.channel && !reply) log.drop(message.ts); });
  on("sent", () => log.toEnd());
}

function announce(live, message) {
  const text = `${author(message)}${message.ephemeral ? ", only to you" : ""}: ${words(message.text || "")}`.replace(/:[a-z_]+:\s*|[*`]/gu, "").slice(0, 300);
  live.append(h("p", {}, text));
  while (live.childElementCount > 5) live.firstElementChild.remove();
}
