// Above the messages: the channel's name, the bot's pulse, the way to the faults; banners when something is down.

import { driveBot } from "./acts.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { channel, on, store, tell } from "./store.js";

const LINES = {
  running: "Bot running", ready: "Bot running", starting: "Bot starting", restarting: "Bot starting", stopping: "Bot stopping",
  killed: "Bot killed", stopped: "Bot stopped", exited: "Bot stopped", none: "No bot",
};
export const isUp = (state) => state === "running" || state === "ready";
const isComing = (state) => ["starting", "restarting"].includes(state);
/** The bot's state in words. */
export const botLine = (state) => LINES[state] || `Bot ${state}`;
/** How many knobs stand somewhere else than calm. */
export const turned = () => store.faults.filter((knob) => knob.name !== "bot" && knob.value !== knob.default).length;

function bar(box) {
  const here = channel(store.channel);
  const { state } = store.bot;
  const count = turned();
  fill(box,
    h("div", { class: "where" },
      h("h2", {}, here && !here.direct ? icon("hash") : null, here ? (here.direct ? "pawdeploy" : here.name) : "…"),
      here?.topic ? h("p", {}, here.topic) : null),
    h("span", { class: "bot-state", role: "status", data: { testid: "bot-state", state } }, h("span", { class: `dot ${isUp(state) ? "dot-up" : isComing(state) ? "dot-wait" : "dot-down"}` }), botLine(state)),
    h("button", { type: "button", class: `btn${count ? " faulty" : ""}`, "aria-expanded": String(!document.getElementById("faults").hidden), "aria-controls": "faults", data: { testid: "faults-toggle" }, on: { click: () => tell("toggle-faults") } },
      icon("sliders"), "Faults", count ? h("span", { class: "count", "aria-label": `${count} active` }, count) : null));
}

function banners(box) {
  const { state } = store.bot;
  const lines = [];
  if (store.link === "down") lines.push(h("div", { class: "banner banner-wait", data: { testid: "link-banner" } }, icon("alert"), h("span", {}, "The sandbox does not answer. Trying again. If it was stopped, start it with ", h("code", {}, "make demo"), ".")));
  else if (!isUp(state) && !isComing(state) && state !== "none") {
    lines.push(h("div", { class: "banner banner-down", data: { testid: "bot-banner" } }, icon("alert"),
      h("span", {}, h("strong", {}, `${botLine(state)}.`), " Commands and buttons fail until it is back; runs in progress go on from the step they were in."),
      h("button", { type: "button", class: "btn", data: { testid: "banner-restart" }, on: { click: () => driveBot("restart") } }, "Restart the bot")));
  }
  fill(box, lines);
}

/** Draw both and keep them true; toasts appear above the command box. */
export function startTopbar(bar_, banners_) {
  const draw = () => {
    const focused = bar_.contains(document.activeElement);
    bar(bar_);
    banners(banners_);
    if (focused) bar_.querySelector("button")?.focus();
  };
  for (const name of ["state", "channel", "bot", "faults", "link", "faults-shown"]) on(name, draw);
  draw();
}

/** Short notes that go away by themselves, for trouble that has no better place. */
export function startToasts(box) {
  on("toast", (text) => {
    const note = h("div", { class: "toast", role: "alert", data: { testid: "toast" } }, icon("alert"), h("span", {}, text),
      h("button", { type: "button", class: "btn btn-icon bare", "aria-label": "Dismiss", on: { click: () => note.remove() } }, icon("close")));
    box.append(note);
    setTimeout(() => note.remove(), 8000);
  });
}
