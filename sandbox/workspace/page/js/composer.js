// The box one types into: messages and slash commands, with completion by keyboard. Sends through acts.js.

import { say } from "./acts.js";
import { suggest } from "./completion.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./message.js";
import { channel, on, person, personName, store, tell } from "./store.js";

/** A composer in `box`. `thread()` gives the ts it replies to, or ""; `id` and `testid` name the input. */
export function makeComposer(box, { thread = () => "", id, testid, sendTestid, commands = true }) {
  const listId = freshId("completions");
  const input = h("textarea", {
    id, rows: "1", class: "composer-input", spellcheck: "false", autocomplete: "off", data: { testid },
    ...(commands ? { role: "combobox", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list" } : {}),
  });
  const list = h("ul", { id: listId, class: "completions", role: "listbox", "aria-label": "Commands", hidden: true, data: { testid: "completions" } });
  const send = h("button", { type: "button", class: "btn btn-primary filled btn-icon", "aria-label": "Send", data: { testid: sendTestid }, on: { click: () => hand() } }, icon("send"));
  const who = h("span", { class: "composer-who" });
  fill(box, commands ? list : null, h("div", { class: "composer-box" }, who, input, send));

  let items = [];
  let sure = false;
  let at = -1;
  const sent = [];
  let back = 0;

  const close = () => { items = []; at = -1; drawList(); };
  const size = () => { input.style.height = "auto"; input.style.height = `${Math.min(input.scrollHeight, 180)}px`; };

  function drawList() {
    list.hidden = !items.length;
    if (commands) {
      input.setAttribute("aria-expanded", String(items.length > 0));
      if (at >= 0) input.setAttribute("aria-activedescendant", `${listId}-${at}`);
      else input.removeAttribute("aria-activedescendant");
    }
    fill(list, items.map((item, index) => h("li", {
      id: `${listId}-${index}`, role: "option", class: "completion", "aria-selected": String(index === at), data: { testid: "completion", value: item.value },
      on: { pointerdown: (event) => { event.preventDefault(); take(item); } },
    }, h("span", { class: "completion-label" }, item.label), item.hint ? h("span", { class: "completion-hint" }, item.hint) : null, item.note ? h("span", { class: "completion-note" }, item.note) : null)),
    items.length ? h("li", { class: "completions-help", role: "presentation" }, "↑ ↓ to choose, Tab to complete, Enter to send, Esc to close") : null);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function look() {
    size();
    send.disabled = !input.value.trim();
    if (!commands) return;
    ({ items, sure } = suggest(input.value, store.commands));
    at = sure && items.length ? 0 : -1;
    drawList();
  }

  function put(text) {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    look();
  }

  function take(item) {
    put(item.value);
    input.focus();
  }

  async function hand() {
    const text = input.value;
    if (!text.trim()) return;
    put("");
    close();
    sent.push(text);
    back = sent.length;
    const answer = await say(text, thread());
    if (answer.error === "unreachable" && !input.value) put(text);
    tell("sent", answer);
    input.focus();
  }

  function recall(step) {
    const next = back + step;
    if (next < 0 || next > sent.length) return;
    back = next;
    put(sent[back] ?? "");
    close();
  }

  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = items.length > 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && open) {
      event.preventDefault();
      at = at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length;
      drawList();
    } else if (step && (!input.value || back < sent.length)) {
      event.preventDefault();
      recall(step);
    } else if (event.key === "Tab" && open && !event.shiftKey) {
      event.preventDefault();
      take(items[Math.max(at, 0)]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && at >= 0) take(items[at]);
      else hand();
    }
  });

  function refresh() {
    const one = person(store.me);
    fill(who, one ? avatar(one) : null);
    const here = channel(store.channel);
    const asWho = one ? ` as ${personName(one)}` : "";
    const text = thread() ? `Reply${asWho}` : `Write to ${here?.direct ? "pawdeploy" : `#${here?.name || "…"}`}${asWho}, or / for commands`;
    input.placeholder = text;
    input.setAttribute("aria-label", text);
    send.disabled = !input.value.trim();
  }
  for (const name of ["me", "channel", "state", "thread"]) on(name, refresh);
  refresh();
  return { put: (text) => { put(text); input.focus(); }, focus: () => input.focus() };
}
