// Start reading here: joins the page's parts, keeps the store in step with the server, remembers in the address who is
// looking at what (#/CHANNEL/USER), so two windows can be two people.

import { follow, get } from "./api.js";
import { trouble } from "./acts.js";
import { startChannel } from "./channel.js";
import { makeComposer } from "./composer.js";
import { learnEmoji } from "./emoji.js";
import { startFaults } from "./faults.js";
import { startModals } from "./modal.js";
import { afterClick, clickHeard, dropLate } from "./pointer.js";
import { startSidebar } from "./sidebar.js";
import { channel, forget, held, hidden, keep, mine, on, person, replace, store, takeChannel, tell } from "./store.js";
import { startThread } from "./thread.js";
import { startToasts, startTopbar } from "./topbar.js";

const at = (id) => document.getElementById(id);
let unfollow = () => {};
/** News that came while a list was being fetched: applied after it, so that no older copy wins. */
let waiting = null;

function show(what) {
  const channels = what.channels.map((one) => ({ ...one, direct: one.is_im || one.id.startsWith("D") }));
  Object.assign(store, { team: what.team, bot_user: what.bot_user, people: what.people, channels, groups: what.groups || [], commands: what.commands, faults: what.faults, bot: what.bot });
  learnEmoji(what.emoji);
  const [wantedChannel, wantedUser] = location.hash.replace(/^#\//u, "").split("/");
  for (const one of channels) if (one.unread) store.unread.set(one.id, one.unread);
  store.me = person(store.me)?.id || person(wantedUser)?.id || store.people[0]?.id || "";
  store.channel = channel(store.channel)?.id || channel(wantedChannel)?.id || store.channels.find((one) => one.name === "deploys")?.id || store.channels[0]?.id || "";
  tell("state");
}

function remember() {
  history.replaceState(null, "", `#/${store.channel}/${store.me}`);
  const one = person(store.me);
  document.documentElement.style.setProperty("--me", one?.color ? (one.color.startsWith("#") ? one.color : `#${one.color}`) : "");
  document.documentElement.dataset.me = store.me;
}

async function load() {
  const [id, user] = [store.channel, store.me];
  waiting ??= [];
  const answer = await get("messages", { channel: id, user });
  await clickHeard();
  if (id !== store.channel || user !== store.me) return;
  const list = Array.isArray(answer) ? answer : answer.messages || [];
  if (answer.ok === false) tell("toast", trouble(answer));
  else replace(id, list);
  const news = waiting || [];
  waiting = null;
  store.unread.delete(id);
  tell("unread");
  for (const [name, data] of news) hear(name, data);
  tell("loaded");
}

/** A form that was open before the page was (re)loaded. */
async function loadView() {
  const user = store.me;
  const { view } = await get("view", { user });
  if (view && user === store.me) tell("view_opened", { view });
}

async function loadThread(id, ts) {
  const answer = await get("thread", { channel: id, ts, user: store.me });
  await clickHeard();
  for (const message of Array.isArray(answer) ? answer : answer.messages || []) held(id).set(message.ts, message);
}

function hear(name, data) {
  if (waiting && (name.startsWith("message") || name === "ephemeral" || name === "reaction")) {
    waiting.push([name, data]);
    return;
  }
  switch (name) {
    case "message": case "ephemeral": case "message_changed": case "reaction":
      arrived(name, data);
      break;
    case "message_deleted": forget(data.channel, data.ts); break;
    case "faults":
      if (Array.isArray(data.faults ?? data)) store.faults = data.faults ?? data;
      else store.faults = store.faults.map((knob) => (knob.name === data.name ? { ...knob, value: data.value } : knob));
      tell("faults");
      break;
    case "channels": takeChannel(data.channel); break;
    case "bot": store.bot = data.bot ?? data; tell("bot"); break;
    default: tell(name, data);
  }
}

function arrived(name, { channel: id, message }) {
  if (!channel(id)) {
    takeChannel({ id, name: id, topic: "", members: [`U${id.slice(1)}`], is_im: true });
  }
  const fresh = !held(id).has(message.ts) && name !== "message_changed" && name !== "reaction";
  if (fresh && id !== store.channel && message.user !== store.me && !hidden(message)) {
    store.unread.set(id, (store.unread.get(id) || 0) + 1);
    tell("unread");
  }
  if (!fresh || id === store.channel) keep(id, message);
}

function connect() {
  unfollow();
  dropLate();
  waiting = [];
  unfollow = follow(store.me, (name, data) => afterClick(() => hear(name, data)), async (link) => {
    const before = store.link;
    store.link = link;
    tell("link");
    if (link !== "up") return;
    if (before === "down") {
      const what = await get("state");
      if (what.people) show(what);
    }
    await Promise.all([load(), loadView()]);
  });
}

on("become", (id) => {
  if (id === store.me || !person(id)) return;
  store.me = id;
  store.messages.clear();
  if (store.channel.startsWith("D") || !mine(channel(store.channel))) store.channel = store.channels.find((one) => !one.direct && mine(one))?.id || store.channel;
  remember();
  tell("me");
  tell("channel");
  connect();
});
on("go", (id) => {
  store.channel = id;
  remember();
  tell("channel");
  load();
});

async function start() {
  startSidebar(at("sidebar"));
  startTopbar(at("topbar"), at("banners"));
  startChannel(at("channel"), at("live"));
  const box = makeComposer(at("composer"), { id: "composer-input", testid: "composer-input", sendTestid: "composer-send" });
  startThread(at("thread"), loadThread);
  startFaults(at("faults"));
  startModals();
  startToasts(at("toasts"));
  on("compose", (text) => box.put(text));
  const what = await get("state");
  if (!what.people) {
    store.link = "down";
    tell("link");
    setTimeout(start.again, 1000);
    return;
  }
  show(what);
  remember();
  tell("me");
  connect();
  box.focus();
}
start.again = () => location.reload();

start();
