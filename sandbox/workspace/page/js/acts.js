// What a person does: say, press, react, submit, close. One function each; trouble is told as a toast. Draws nothing itself.

import { post } from "./api.js";
import { store, tell } from "./store.js";

const HINTS = {
  operation_timeout: "The bot did not answer within 3 seconds. If it is down, restart it from Faults.",
  dispatch_failed: "No bot is listening. Restart it from Faults.",
  message_not_found: "This message is gone.",
  no_such_element: "This message has changed meanwhile; look again.",
  not_in_channel: "This person is not in this channel.",
  is_archived: "This channel is archived: nothing can be written here.",
};
/** A command that fails is told in the channel, as Slack does; it needs no second note. */
const TOLD_IN_CHANNEL = ["operation_timeout", "dispatch_failed", "invalid_command", "not_in_threads"];

/** A sentence for an answer that was not ok. */
export const trouble = (answer) => HINTS[answer.error] || answer.detail || `The sandbox refused: ${answer.error || "no reason given"}.`;

async function send(path, body, told = []) {
  const answer = await post(path, { user: store.me, ...body });
  if (!answer.ok && !told.includes(answer.error)) tell("toast", trouble(answer));
  return answer;
}

export const say = (text, thread_ts) =>
  send("say", { channel: store.channel, text, ...(thread_ts ? { thread_ts } : {}) }, text.startsWith("/") ? TOLD_IN_CHANNEL : []);
export const react = (channel, ts, name, remove) => send("react", { channel, ts, name, remove });

export const pin = (channel, ts, remove) => send("pin", { channel, ts, remove });

/** Press a button, choose from a menu. `where` is {channel, ts} or {view_id}; `values` is the state of everything around it. */
export const press = (where, block_id, element, detail, values) =>
  send("press", { ...where, block_id, action_id: element.action_id, type: element.type, ...detail, values });

export const submit = (view_id, values) => post("submit", { user: store.me, view_id, values });
export const closeView = (view_id) => send("close", { view_id });
export const driveBot = (what) => send("bot", { do: what });
export const turnKnob = (name, value) => send("/_faults", { name, value });
