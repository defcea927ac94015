// Elements one types into or picks from a long list with: text, number, dates, people and channels.
// Same contract as elements.js: (element, context) to node.

import { h } from "./dom.js";
import { words } from "./mrkdwn.js";
import { act } from "./elements.js";

const KINDS = { email_text_input: "email", url_text_input: "url", number_input: "number" };

/** plain_text_input and its relatives. */
export function typed(element, context) {
  const kept = context.kept(element.action_id);
  const props = {
    id: context.inputId, class: "field", placeholder: words(element.placeholder), autocomplete: "off",
    minlength: element.min_length, maxlength: element.max_length ?? (element.type === "plain_text_input" ? 3000 : null),
    "aria-label": context.inputId ? null : context.label, data: { actionId: element.action_id, testid: "block-input" },
    value: kept ? kept.value ?? "" : element.initial_value ?? "", autofocus: element.focus_on_load,
  };
  const node = element.multiline
    ? h("textarea", { ...props, rows: String(Math.min(14, Math.max(4, (props.value || "").split("\n").length + 1))) })
    : h("input", { ...props, type: KINDS[element.type] || "text", step: element.is_decimal_allowed ? "any" : null, min: element.min_value, max: element.max_value });
  if (element.multiline) node.setSelectionRange(0, 0); // who changes what is there reads it from its beginning
  context.remember(element.action_id, () => ({ type: element.type, value: node.value === "" ? null : node.value }));
  const triggers = element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  if (triggers.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && context.dispatches) { event.preventDefault(); act(element, { value: node.value }, context); }
    });
  }
  if (triggers.includes("on_character_entered")) node.addEventListener("input", () => act(element, { value: node.value }, context));
  return node;
}

const DATES = {
  datepicker: ["date", "selected_date", "initial_date"],
  timepicker: ["time", "selected_time", "initial_time"],
  datetimepicker: ["datetime-local", "selected_date_time", "initial_date_time"],
};

/** A Unix time in seconds as what datetime-local wants, in the browser's zone. */
function localMinute(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** datepicker, timepicker, datetimepicker. */
export function datelike(element, context) {
  const [type, key, initial] = DATES[element.type];
  const given = context.kept(element.action_id)?.[key] ?? element[initial];
  const moment = type === "datetime-local";
  const node = h("input", { type, id: context.inputId, class: "field field-short", "aria-label": context.inputId ? null : context.label || words(element.placeholder) || type,
    value: given ? (moment ? localMinute(given) : given) : "", data: { actionId: element.action_id, testid: "block-input" } });
  const read = () => (node.value ? (moment ? Math.floor(new Date(node.value).getTime() / 1000) : node.value) : null);
  context.remember(element.action_id, () => ({ type: element.type, [key]: read() }));
  node.addEventListener("change", () => act(element, { [key]: read() }, context));
  return node;
}

/** Several of a list, as rows of boxes: `rows` = [{value, label, option}]. */
export function multi(element, context, rows, key) {
  const options = key === "selected_options";
  const given = context.kept(element.action_id)?.[key] ?? element[key.replace("selected", "initial")] ?? [];
  const initial = new Set(given.map((one) => (options ? one.value : one)));
  const boxes = rows.map((row) => h("input", { type: "checkbox", value: row.value, checked: initial.has(row.value) }));
  const picked = () => rows.filter((_, index) => boxes[index].checked).map((row) => (options ? row.option : row.value));
  context.remember(element.action_id, () => ({ type: element.type, [key]: picked() }));
  return h("fieldset", { class: "choices choices-boxed", "aria-label": context.label || words(element.placeholder), data: { actionId: element.action_id, testid: "block-choices" } },
    rows.map((row, index) => {
      boxes[index].addEventListener("change", () => act(element, { [key]: picked() }, context));
      return h("label", { class: "choice" }, boxes[index], h("span", {}, row.label));
    }));
}

/** users_select, channels_select, conversations_select and their multi_ kinds. */
export function pickers(element, context) {
  const what = /users|channels|conversations/u.exec(element.type)[0];
  const rows = what === "users" ? context.people() : context.channels();
  if (element.type.startsWith("multi_")) return multi(element, context, rows, `selected_${what}`);
  const key = `selected_${what.slice(0, -1)}`;
  const node = h("select", { class: "select", id: context.inputId, "aria-label": context.label || words(element.placeholder) || "Choose", data: { actionId: element.action_id, testid: "block-select" } },
    h("option", { value: "" }, words(element.placeholder) || "Choose"), rows.map((row) => h("option", { value: row.value }, row.label)));
  node.value = context.kept(element.action_id)?.[key] ?? element[key.replace("selected", "initial")] ?? "";
  const read = () => node.value || null;
  context.remember(element.action_id, () => ({ type: element.type, [key]: read() }));
  node.addEventListener("change", () => act(element, { [key]: read() }, context));
  return h("span", { class: "select-wrap" }, node);
}
