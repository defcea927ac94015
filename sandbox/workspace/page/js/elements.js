// Block Kit's interactive elements. Each builder takes (element, context) and returns a node; `context` says what a
// choice does: act(element, detail), and for state: kept(action_id), remember(action_id, read). Knows no server.

import { freshId, h, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { ask, menu } from "./menu.js";
import { textObject, words } from "./mrkdwn.js";
import { datelike, multi, pickers, typed } from "./inputs.js";

const hook = (element, more = {}) => ({ actionId: element.action_id, ...more });

/** Ask first when the element has a `confirm`, then act. False when the person thought better of it. */
export async function act(element, detail, context) {
  const confirm = element.confirm;
  if (confirm) {
    const sure = await ask({
      title: words(confirm.title) || "Are you sure?", text: textObject(confirm.text, context.names),
      yes: words(confirm.confirm) || "Yes", no: words(confirm.deny) || "Cancel", danger: confirm.style === "danger",
    });
    if (!sure) return false;
  }
  await context.act(element, detail);
  return true;
}

function button(element, context) {
  const label = textObject(element.text, context.names);
  const href = element.url && safeUrl(element.url);
  const look = { primary: "btn-primary", danger: "btn-danger" }[element.style] || "";
  const props = { class: `btn ${look}`, "aria-label": element.accessibility_label, data: hook(element, { testid: "block-button" }) };
  let busy = false;
  const press = async (event) => {
    const node = event.currentTarget;
    if (busy) { event.preventDefault(); return; }
    busy = true;
    const waiting = {
      ...context,
      act: async (...given) => {
        node.setAttribute("aria-busy", "true");
        await context.act(...given);
        node.removeAttribute("aria-busy");
      },
    };
    await act(element, element.value === undefined ? {} : { value: element.value }, waiting);
    busy = false;
  };
  if (href) return h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, label, icon("open"));
  return h("button", { ...props, type: "button", on: { click: press } }, label);
}

const optionList = (element) => [
  ...(element.options || []),
  ...(element.option_groups || []).flatMap((group) => group.options),
];
const bare = (option) => (option ? { text: option.text, value: option.value } : null);

function staticSelect(element, context) {
  const options = optionList(element);
  const kept = context.kept(element.action_id)?.selected_option ?? element.initial_option;
  const entry = (option) => h("option", { value: option.value }, words(option.text));
  const node = h("select", { class: "select", id: context.inputId, "aria-label": context.label || words(element.placeholder) || "Choose", data: hook(element, { testid: "block-select" }) },
    h("option", { value: "" }, words(element.placeholder) || "Choose an option"),
    element.option_groups
      ? element.option_groups.map((group) => h("optgroup", { label: words(group.label) }, group.options.map(entry)))
      : options.map(entry));
  let last = kept?.value ?? "";
  node.value = last;
  const chosen = () => bare(options.find((option) => option.value === node.value));
  context.remember(element.action_id, () => ({ type: element.type, selected_option: chosen() }));
  node.addEventListener("change", async () => {
    if (!node.value || (await act(element, { selected_option: chosen() }, context))) last = node.value;
    else node.value = last;
  });
  return h("span", { class: "select-wrap" }, node);
}

function overflow(element, context) {
  const node = h("button", { type: "button", class: "btn btn-icon", "aria-label": "More actions", "aria-haspopup": "menu", data: hook(element, { testid: "block-overflow" }) }, icon("more"));
  node.addEventListener("click", () => menu(node, element.options.map((option) => ({
    label: textObject(option.text, context.names),
    data: { value: option.value, testid: "overflow-option" },
    chosen: () => {
      if (option.url && safeUrl(option.url)) window.open(safeUrl(option.url), "_blank", "noopener");
      act(element, { selected_option: bare(option) }, context);
    },
  })), { label: "More actions" }));
  return node;
}

/** Checkboxes and radio buttons: the same rows, one or many. */
function choices(element, context, kind) {
  const single = kind === "radio";
  const kept = context.kept(element.action_id);
  const initial = new Set((single
    ? [kept ? kept.selected_option : element.initial_option]
    : kept?.selected_options ?? element.initial_options ?? []).filter(Boolean).map((option) => option.value));
  const group = freshId("choice");
  const boxes = element.options.map((option) => h("input", { type: kind, name: group, id: freshId("option"), value: option.value, checked: initial.has(option.value) }));
  let before = boxes.map((box) => box.checked);
  const picked = () => element.options.filter((_, index) => boxes[index].checked).map(bare);
  const detail = () => (single ? { selected_option: picked()[0] ?? null } : { selected_options: picked() });
  context.remember(element.action_id, () => ({ type: element.type, ...detail() }));
  return h("fieldset", { class: "choices", "aria-label": context.label || "Choose", data: hook(element, { testid: "block-choices" }) },
    element.options.map((option, index) => {
      boxes[index].addEventListener("change", async () => {
        if (await act(element, detail(), context)) before = boxes.map((box) => box.checked);
        else boxes.forEach((box, place) => { box.checked = before[place]; });
      });
      return h("label", { class: "choice", for: boxes[index].id }, boxes[index],
        h("span", {}, textObject(option.text, context.names),
          option.description ? h("span", { class: "choice-note" }, textObject(option.description, context.names)) : null));
    }));
}

const BUILDERS = {
  button,
  workflow_button: button,
  static_select: staticSelect,
  overflow,
  checkboxes: (element, context) => choices(element, context, "checkbox"),
  radio_buttons: (element, context) => choices(element, context, "radio"),
  multi_static_select: (element, context) => multi(element, context, optionList(element).map((option) => ({ value: option.value, label: words(option.text), option: bare(option) })), "selected_options"),
  plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed,
  datepicker: datelike, timepicker: datelike, datetimepicker: datelike,
  users_select: pickers, channels_select: pickers, conversations_select: pickers,
  multi_users_select: pickers, multi_channels_select: pickers, multi_conversations_select: pickers,
};

/** The node for one interactive element; an honest note for a kind the sandbox does not draw. */
export function interactive(element, context) {
  const build = BUILDERS[element.type];
  if (!build) return h("span", { class: "unknown" }, `(the sandbox does not draw ${element.type})`);
  return build(element, context);
}
