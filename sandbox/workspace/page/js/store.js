// What the page knows: the workspace, who one is, the messages. Tells subscribers what changed. Draws nothing, fetches nothing.

const subscribers = new Map();

export const store = {
  team: { name: "" },
  bot_user: { id: "", name: "pawdeploy" },
  people: [],
  channels: [],
  groups: [],
  commands: [],
  faults: [],
  bot: { state: "starting" },
  link: "connecting",
  me: "",
  channel: "",
  thread: "",
  unread: new Map(),
  messages: new Map(),
};

/** Run `listener(detail)` whenever `name` is told. */
export function on(name, listener) {
  if (!subscribers.has(name)) subscribers.set(name, []);
  subscribers.get(name).push(listener);
}

/** Tell everyone that `name` changed. */
export function tell(name, detail) {
  for (const listener of subscribers.get(name) || []) listener(detail);
}

export const person = (id) => store.people.find((one) => one.id === id);
export const channel = (id) => store.channels.find((one) => one.id === id);
/** Take a channel that came, or that changed; what only the page knows of it stays. */
export function takeChannel(one) {
  const known = channel(one.id);
  const here = { ...known, ...one, direct: one.is_im };
  store.channels = known ? store.channels.map((each) => (each === known ? here : each)) : [...store.channels, here];
  tell("state");
}
/** Is it in the list of who one is? Public channels one is a member of, and one's own talk with the bot. */
export const mine = (one) => one.members.includes(store.me);
/** The name a person goes by in sentences. */
export const personName = (one) => one.real_name || one.name;

/** How ids read in text, for mrkdwn. */
export const names = {
  user: (id) => (person(id) ? personName(person(id)) : id === store.bot_user.id ? store.bot_user.name : ""),
  group: (id) => store.groups.find((one) => one.id === id)?.handle || "",
  channel: (id) => channel(id)?.name || "",
};

/** A channel's messages by ts, replies and ephemerals included. */
export function held(id) {
  if (!store.messages.has(id)) store.messages.set(id, new Map());
  return store.messages.get(id);
}

const byTs = (a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0);
const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;
/** A reply that the channel does not show. */
const hidden = (message) => isReply(message) && !message.broadcast;

/** What the channel shows, oldest first. */
export const inChannel = (id) => [...held(id).values()].filter((one) => !hidden(one)).sort(byTs);
/** What stands under a message, oldest first. */
export const inThread = (id, ts) => [...held(id).values()].filter((one) => isReply(one) && one.thread_ts === ts).sort(byTs);

/** Take a message, new or changed. */
export function keep(channelId, message) {
  const before = held(channelId).get(message.ts);
  held(channelId).set(message.ts, message);
  tell("message", { channel: channelId, message, before, reply: hidden(message) });
}

/** Forget a message. */
export function forget(channelId, ts) {
  const message = held(channelId).get(ts);
  if (!message) return;
  held(channelId).delete(ts);
  tell("gone", { channel: channelId, message, reply: hidden(message) });
}

/** Put a freshly fetched list in place of what was held, keeping what `also` says to keep. */
export function replace(channelId, messages, also = () => false) {
  const kept = [...held(channelId).values()].filter(also);
  store.messages.set(channelId, new Map([...kept, ...messages].map((one) => [one.ts, one])));
}

export { hidden, isReply };
