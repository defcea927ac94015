// Small things that float above the page: a menu under a button, and a yes/no question. Knows nothing of Slack's payloads.

import { fill, freshId, h } from "./dom.js";

let openMenu = null;

/** Close whatever menu is open. */
export function closeMenu() {
  openMenu?.();
}

/** Show `items` ([{label, data, chosen}]) beside `anchor`; arrows, Enter and Escape work, a click elsewhere closes. */
export function menu(anchor, items, { label, layout = "list" } = {}) {
  const again = anchor.getAttribute("aria-expanded") === "true";
  closeMenu();
  if (again) return;
  const buttons = items.map((item) => h("button", {
    type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", title: item.title, data: item.data,
    on: { click: () => { close(true); item.chosen(); } },
  }, item.label));
  const box = h("div", { class: `menu menu-${layout}`, role: "menu", "aria-label": label, data: { testid: "menu" } }, buttons);
  const close = (back) => {
    if (openMenu !== close) return;
    openMenu = null;
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    box.remove();
    if (back && anchor.isConnected) anchor.focus();
  };
  const outside = (event) => { if (!box.contains(event.target) && !anchor.contains(event.target)) close(false); };
  box.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); buttons[(at + step + buttons.length) % buttons.length].focus(); }
    if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); close(true); }
    if (event.key === "Tab") close(true);
  });
  (anchor.closest("dialog") || document.body).append(box);
  place(box, anchor);
  anchor.setAttribute("aria-haspopup", "menu");
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  openMenu = close;
  buttons[0]?.focus({ preventScroll: true });
}

function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 6 + height < window.innerHeight;
  box.style.top = `${Math.max(8, below ? at.bottom + 6 : at.top - 6 - height)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
}

/** Ask before doing: resolves true only when confirmed. Texts are nodes or strings; `danger` paints the yes red. */
export function ask({ title, text, yes, no, danger = false }) {
  return new Promise((answer) => {
    const heading = freshId("ask");
    const dialog = h("dialog", { class: "dialog dialog-small", "aria-labelledby": heading, data: { testid: "confirm" } });
    const end = (choice) => () => { dialog.close(); dialog.remove(); answer(choice); };
    fill(dialog,
      h("h2", { id: heading, class: "dialog-title" }, title),
      h("div", { class: "dialog-body" }, text),
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "btn", on: { click: end(false) }, data: { testid: "confirm-deny" } }, no),
        h("button", { type: "button", class: `btn ${danger ? "btn-danger" : "btn-primary"} filled`, on: { click: end(true) }, data: { testid: "confirm-yes" } }, yes)));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(false)(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
