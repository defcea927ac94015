// The left side: whose sandbox this is, who one is, and the channels.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./message.js";
import { mine, on, personName, store, tell } from "./store.js";

/** The conversation of a person with the bot: everyone sees only their own. */
const directOf = (user) => `D${user.slice(1)}`;

function personRow(one) {
  const chosen = one.id === store.me;
  const waiting = chosen ? 0 : store.unread.get(directOf(one.id)) || 0;
  return h("button", {
    type: "button", class: "person", role: "radio", "aria-checked": String(chosen), tabindex: chosen ? "0" : "-1",
    data: { testid: "person", userId: one.id },
    on: { click: () => tell("become", one.id) },
  }, avatar(one), h("span", { class: "person-name" }, personName(one), h("span", { class: "person-title" }, one.title)),
  chosen ? h("span", { class: "you" }, "you") : null,
  waiting ? h("span", { class: "unread-count", data: { testid: "person-unread" }, title: `${waiting} unread from pawdeploy`, "aria-label": `${waiting} unread from pawdeploy` }, waiting) : null);
}

function people() {
  const group = h("div", { class: "people", role: "radiogroup", "aria-label": "Who you are", data: { testid: "person-switcher", userId: store.me } }, store.people.map(personRow));
  group.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = store.people.findIndex((one) => one.id === store.me);
    tell("become", store.people[(at + step + store.people.length) % store.people.length].id);
    document.querySelector(".person[aria-checked=true]")?.focus();
  });
  return group;
}

function channelRow(one) {
  const unread = store.unread.get(one.id) || 0;
  const here = one.id === store.channel;
  return h("li", {}, h("button", {
    type: "button", class: `channel-item${unread ? " unread" : ""}${one.is_archived ? " archived" : ""}`, title: one.is_archived ? "Archived: it can be read, and nothing be written there" : null, "aria-current": here ? "page" : null,
    data: { testid: "channel-item", channelId: one.id, channel: one.name },
    on: { click: () => tell("go", one.id) },
  }, icon(one.direct ? "paw" : one.is_archived ? "archive" : "hash"), h("span", { class: "channel-name" }, one.direct ? "pawdeploy" : one.name),
  unread ? h("span", { class: "unread-count", "aria-label": `${unread} unread` }, unread) : null));
}

/** Draw the sidebar and keep it true. */
export function startSidebar(box) {
  const draw = () => {
    const focus = box.contains(document.activeElement) ? document.activeElement.dataset : null;
    const visible = store.channels.filter(mine);
    fill(box,
      h("div", { class: "brand" }, h("span", { class: "brand-mark" }, icon("paw")),
        h("div", {}, h("h1", {}, "pawdeploy ", h("span", {}, "sandbox")), h("p", {}, store.team.name ? `${store.team.name}, simulated` : "…"))),
      h("h2", { class: "side-title" }, "You are"), people(),
      h("h2", { class: "side-title" }, "Channels"),
      h("ul", { class: "channels" }, visible.filter((one) => !one.direct).map(channelRow)),
      visible.some((one) => one.direct) ? [h("h2", { class: "side-title" }, "Direct messages"), h("ul", { class: "channels" }, visible.filter((one) => one.direct).map(channelRow))] : null,
      h("p", { class: "side-note" }, "A pretend Slack with pretend Railway, GitHub, Sentry, Expo and stores behind it. The bot is the real one."),
      h("p", { class: "side-note" }, h("a", { href: "/orchestrator", target: "_blank", rel: "noopener", data: { testid: "orchestrator-link" } }, "What the orchestrator was told")),
      h("p", { class: "side-note" }, h("a", { href: "/expo/accounts/pawlogic/projects/mobile", target: "_blank", rel: "noopener", data: { testid: "expo-link" } }, "What Expo has")),
      h("p", { class: "side-note" }, h("a", { href: "/stores", target: "_blank", rel: "noopener", data: { testid: "stores-link" } }, "What the stores have")));
    const again = focus?.channelId ? `[data-channel-id="${focus.channelId}"]` : focus?.userId ? ".person[aria-checked=true]" : "";
    if (again) box.querySelector(again)?.focus();
  };
  for (const name of ["state", "me", "channel", "unread"]) on(name, draw);
  draw();
}
