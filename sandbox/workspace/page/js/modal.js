// Forms: a stack of Slack views drawn as dialogs. Opens, keeps what was typed on updates, submits, shows errors, closes.

import { closeView, press, submit, trouble } from "./acts.js";
import { renderBlocks } from "./blocks.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { words } from "./mrkdwn.js";
import { on } from "./store.js";
import { makeSurface } from "./surface.js";

const stack = [];

function draw(open) {
  const { view, dialog } = open;
  const heading = freshId("modal");
  const send = (block, element, detail, values) => press({ view_id: view.id }, block, element, detail, values);
  open.surface = makeSurface(send, { ...view.state?.values, ...open.surface?.values() });
  const body = h("div", { class: "dialog-body" }, renderBlocks(view.blocks || [], open.surface));
  open.note = h("p", { class: "error modal-error", role: "alert", hidden: true, data: { testid: "modal-error" } });
  open.go = view.submit ? h("button", { type: "submit", class: "btn btn-primary filled", data: { testid: "modal-submit" } }, words(view.submit)) : null;
  const leave = () => closeView(view.id).then((answer) => { if (answer.ok) drop(view.id); });
  open.leave = leave;
  dialog.setAttribute("aria-labelledby", heading);
  fill(dialog, h("form", { class: "modal-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); hand(open); } } },
    h("div", { class: "dialog-head" },
      h("h2", { id: heading, class: "dialog-title" }, words(view.title)),
      h("button", { type: "button", class: "btn btn-icon bare", "aria-label": "Close", on: { click: leave } }, icon("close"))),
    body, open.note,
    h("div", { class: "dialog-foot" },
      h("button", { type: "button", class: "btn", on: { click: leave }, data: { testid: "modal-close" } }, words(view.close) || (open.go ? "Cancel" : "Close")),
      open.go)));
}

/** What Slack itself refuses before the app hears of it: a required question without an answer, a text too short. */
function ownErrors(open) {
  const values = open.surface.values();
  const errors = {};
  for (const block of open.view.blocks || []) {
    if (block.type !== "input") continue;
    const given = values[block.block_id]?.[block.element.action_id] || {};
    const answer = Object.entries(given).find(([key]) => key !== "type")?.[1];
    const empty = answer === null || answer === undefined || answer === "" || (Array.isArray(answer) && !answer.length);
    const least = block.element.min_length || 0;
    if (empty && !block.optional) errors[block.block_id] = "Please complete this required field.";
    else if (!empty && typeof answer === "string" && answer.length < least) errors[block.block_id] = `Please write at least ${least} characters.`;
  }
  return errors;
}

function showErrors(open, errors) {
  for (const block of open.dialog.querySelectorAll("[data-block-id]")) {
    const line = block.querySelector("[data-testid=block-error]");
    const said = errors[block.dataset.blockId];
    if (!line) continue;
    line.hidden = !said;
    line.textContent = said || "";
    const field = block.querySelector("input, select, textarea");
    field?.setAttribute("aria-invalid", String(Boolean(said)));
  }
  open.dialog.querySelector("[aria-invalid=true]")?.focus();
}

async function hand(open) {
  const errors = ownErrors(open);
  showErrors(open, errors);
  open.note.hidden = true;
  if (Object.keys(errors).length || open.go?.disabled) return;
  const { go } = open;
  go.disabled = true;
  go.setAttribute("aria-busy", "true");
  const answer = await submit(open.view.id, open.surface.values());
  go.disabled = false;
  go.removeAttribute("aria-busy");
  if (Object.keys(answer.errors || {}).length) showErrors(open, answer.errors);
  else if (!answer.ok) {
    open.note.hidden = false;
    open.note.textContent = trouble(answer);
  }
}

function drop(id) {
  const at = stack.findIndex((open) => open.view.id === id);
  if (at < 0) return;
  for (const open of stack.splice(at)) {
    open.dialog.close();
    open.dialog.remove();
  }
}

function show(view) {
  const known = stack.find((open) => open.view.id === view.id);
  if (known) {
    known.view = view;
    draw(known);
    return;
  }
  const dialog = h("dialog", { class: "dialog modal", data: { testid: "modal", viewId: view.id, callbackId: view.callback_id } });
  const open = { view, dialog };
  stack.push(open);
  draw(open);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); open.leave(); });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("[autofocus]") || dialog.querySelector(".dialog-body :is(input, select, textarea)") || open.go)?.focus();
}

/** Listen for forms. The news decides what is on screen; a person who changes leaves their forms behind. */
export function startModals() {
  on("view_opened", ({ view }) => show(view));
  on("view_updated", ({ view }) => show(view));
  on("view_closed", ({ view_id, view }) => drop(view_id || view?.id));
  on("me", () => { if (stack.length) drop(stack[0].view.id); });
}
