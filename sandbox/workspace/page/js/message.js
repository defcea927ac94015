// One message as Slack draws it: who, when, text or blocks, reactions, replies. Knows no server; acts go through acts.js.

import { pin, press, react } from "./acts.js";
import { renderBlocks } from "./blocks.js";
import { clock, exact, tsDate } from "./dates.js";
import { fill, h } from "./dom.js";
import { ANSWERS, emoji, isEmoji, others, USUAL } from "./emoji.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { isReply, names, person, personName, store, tell } from "./store.js";
import { makeSurface } from "./surface.js";

/** A person's (or the bot's) picture: initials on their colour, or the paw. `called` names whom we do not know. */
export function avatar(one, bot = false, called = "?") {
  if (bot) return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("paw"));
  const name = one ? personName(one) : called;
  const initials = name.split(/\s+/u).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, initials);
  if (one?.color) node.style.setProperty("--tint", one.color.startsWith("#") ? one.color : `#${one.color}`);
  return node;
}

/** The name on a message. */
export const author = (message) => {
  const known = person(message.user);
  return known && !message.is_bot ? personName(known) : message.username || names.user(message.user) || message.user;
};

function body(message, surface) {
  const blocks = message.blocks?.length ? renderBlocks(message.blocks, surface) : [];
  const text = !blocks.length && message.text ? h("div", { class: "text" }, mrkdwn(message.text, names)) : null;
  return [text, blocks, (message.attachments || []).map((one) => attachment(one, surface)), (message.files || []).map(file)];
}

function attachment(one, surface) {
  const node = h("div", { class: "attachment" },
    one.pretext ? h("div", { class: "text" }, mrkdwn(one.pretext, names)) : null,
    one.title ? h("strong", {}, one.title) : null,
    one.blocks?.length ? renderBlocks(one.blocks, surface) : h("div", { class: "text" }, mrkdwn(one.text || one.fallback || "", names)));
  if (/^#?[0-9a-f]{3,8}$/iu.test(one.color || "")) node.style.setProperty("--tint", `#${one.color.replace("#", "")}`);
  return node;
}

const PICTURE = /^image\/(png|jpeg|gif|webp)$/u;
/** Where this sandbox serves an uploaded file: on its own address, whatever name it is reached by. */
const fileAddress = (one) => `/slack/files/${encodeURIComponent(one.id)}/${encodeURIComponent(one.name)}`;

function file(one) {
  const title = one.title || one.name || "file";
  if (PICTURE.test(one.mimetype || "")) {
    return h("figure", { class: "file-picture", data: { testid: "file-picture" } }, h("figcaption", {}, title),
      h("a", { href: fileAddress(one), target: "_blank", rel: "noopener noreferrer" }, h("img", { class: "wide", src: fileAddress(one), alt: one.alt_txt || title })));
  }
  return h("div", { class: "file", data: { testid: "file" } }, h("strong", {}, title), one.size ? ` ${one.size} bytes` : "",
    h("a", { class: "file-download", href: `${fileAddress(one)}?download=1`, download: one.name, data: { testid: "file-download" } }, icon("download"), one.name),
    one.preview ? h("pre", {}, one.preview) : null);
}

const mine = (message, name) => (message.reactions || []).some((one) => one.name === name && one.users.includes(store.me));

/** What people reacted with, and who; then, after a message of the bot that may ask, the answers nobody gave yet, one click away. */
function reactions(channel, message) {
  const list = (message.reactions || []).filter((one) => one.count > 0);
  const asks = message.is_bot && !message.files?.length && !/"(alert|incident)_/u.test(JSON.stringify(message.blocks || []));
  const offered = asks && !message.ephemeral && !isReply(message) && !channel.startsWith("D") ? ANSWERS.filter((name) => !list.some((one) => one.name === name)) : [];
  if (!list.length && !offered.length) return null;
  return h("div", { class: "reactions" }, given(channel, message, list), h("span", { class: "offers" }, offered.map((name) => h("button", {
    type: "button", class: "offer", title: `React with :${name}:`, "aria-label": `React with :${name}:`,
    data: { testid: "offer-reaction", reaction: name }, on: { click: () => react(channel, message.ts, name, false) },
  }, emoji(name)))));
}

function given(channel, message, list) {
  return list.map((one) => {
    const own = one.users.includes(store.me);
    const who = one.users.map((id) => (id === store.me ? "you" : names.user(id) || id)).join(", ");
    return h("button", {
      type: "button", class: "reaction", "aria-pressed": String(own), title: `${who} reacted with :${one.name}:`,
      "aria-label": `:${one.name}: ${one.count}, ${who}. ${own ? "Take yours back" : "Add yours"}`,
      data: { testid: "reaction", reaction: one.name },
      on: { click: () => react(channel, message.ts, one.name, own) },
    }, emoji(one.name), h("span", { class: "count" }, one.count), h("span", { class: "who" }, one.users.slice(0, 3).map(firstName).join(", "), one.users.length > 3 ? "…" : ""));
  });
}

const firstName = (id) => (names.user(id) || id).split(" ")[0];

function pick(channel, message, anchor) {
  menu(anchor, [...USUAL.filter(isEmoji), ...others()].map((name) => ({
    label: emoji(name), title: `:${name}:`, data: { testid: "pick-reaction", reaction: name },
    chosen: () => react(channel, message.ts, name, mine(message, name)),
  })), { label: "React", layout: "grid" });
}

function tools(channel, message, inPanel) {
  if (message.ephemeral) return null;
  const smile = h("button", { type: "button", class: "btn btn-icon bare", "aria-label": "Add a reaction", title: "Add a reaction", data: { testid: "add-reaction" } }, icon("smile"));
  smile.addEventListener("click", () => pick(channel, message, smile));
  const reply = inPanel ? null : h("button", { type: "button", class: "btn btn-icon bare", "aria-label": "Reply in thread", title: "Reply in thread", data: { testid: "reply-in-thread" }, on: { click: () => tell("open-thread", message.thread_ts || message.ts) } }, icon("reply"));
  const words = message.pinned_by ? "Take the pin away" : "Pin to channel";
  const pinned = h("button", { type: "button", class: "btn btn-icon bare", "aria-label": words, title: words, "aria-pressed": String(Boolean(message.pinned_by)), data: { testid: "pin-message" }, on: { click: () => pin(channel, message.ts, Boolean(message.pinned_by)) } }, icon("pin"));
  return h("div", { class: "tools" }, smile, reply, pinned);
}

function replies(message, inPanel) {
  if (inPanel || !message.reply_count) return null;
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  return h("button", { type: "button", class: "replies", data: { testid: "replies" }, on: { click: () => tell("open-thread", message.ts) } }, icon("reply"), count);
}

/**
 * The message's node. `before` is the node it replaces: what its boxes and menus show, and the focus, live on.
 * That is Slack's trap too: an edit with other `initial_options` under the same block_id and action_id changes nothing
 * for who has the message on the screen, whether they touched it or not; a new block_id does. See pressing.py.
 */
export function renderMessage(channel, message, { inPanel = false, before = null } = {}) {
  const send = (block, element, detail, values) => press({ channel, ts: message.ts }, block, element, detail, values);
  const surface = makeSurface(send, before?.surface?.values());
  const date = tsDate(message.ts);
  const one = person(message.user);
  const node = h("article", {
    class: `message${message.is_bot ? " from-bot" : ""}${message.ephemeral ? " ephemeral" : ""}`, "aria-label": `${author(message)}, ${clock(date)}`,
    data: { testid: "message", ts: message.ts, user: message.user, ephemeral: message.ephemeral ? "true" : null },
  });
  node.surface = surface;
  const slackItself = message.user === "USLACKBOT";
  fill(node, avatar(one, message.is_bot && !slackItself, author(message)), h("div", { class: "message-main" },
    message.broadcast && !inPanel ? h("button", { type: "button", class: "broadcast", data: { testid: "broadcast" }, on: { click: () => tell("open-thread", message.thread_ts) } }, icon("reply"), "replied to a thread") : null,
    message.ephemeral ? h("div", { class: "only-you", data: { testid: "only-you" } }, icon("eye"), "Only visible to you") : null,
    message.pinned_by ? h("div", { class: "pinned", data: { testid: "pinned" } }, icon("pin"), `Pinned by ${message.pinned_by === store.me ? "you" : names.user(message.pinned_by) || message.pinned_by}`) : null,
    h("div", { class: "message-head" },
      h("span", { class: "author" }, author(message)),
      message.is_bot ? h("span", { class: "badge" }, "APP") : null,
      h("time", { datetime: date.toISOString(), title: exact(date) }, clock(date)),
      message.edited ? h("span", { class: "edited", data: { testid: "edited" } }, "(edited)") : null),
    h("div", { class: "message-body", data: { testid: "message-body" } }, body(message, surface)),
    reactions(channel, message), replies(message, inPanel)), tools(channel, message, inPanel));
  return node;
}

/** Where a box, button or menu stands: many blocks may hold the same action. */
function place(node) {
  const [block, element] = [node?.closest("[data-block-id]"), node?.closest("[data-action-id]")];
  if (!block || !element) return "";
  const box = node.matches("input[type=checkbox], input[type=radio]") ? ` input[value="${CSS.escape(node.value)}"]` : "";
  return `[data-block-id="${CSS.escape(block.dataset.blockId)}"] [data-action-id="${CSS.escape(element.dataset.actionId)}"]${box}`;
}

/** Put a new drawing of a message in the old one's place, with the keyboard where it was. */
export function redraw(old, channel, message, options = {}) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const held = active?.dataset;
  const node = renderMessage(channel, message, { ...options, before: old });
  node.classList.toggle("follows", old.classList.contains("follows"));
  old.replaceWith(node);
  const key = place(active) || (held?.actionId ? `[data-action-id="${CSS.escape(held.actionId)}"]` : held?.reaction ? `[data-reaction="${CSS.escape(held.reaction)}"]` : held?.testid ? `[data-testid="${CSS.escape(held.testid)}"]` : "");
  if (key) node.querySelector(key)?.focus({ preventScroll: true });
  return node;
}
