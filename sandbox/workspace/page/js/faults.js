// The drawer where one breaks the simulated world: a select per knob, reset, and the bot's life in three buttons.

import { driveBot, turnKnob } from "./acts.js";
import { fill, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { on, store, tell } from "./store.js";
import { botLine, isUp, turned } from "./topbar.js";

function row(knob) {
  const id = freshId("knob");
  const select = h("select", { id, class: "select", data: { knob: knob.name, testid: "knob" } },
    knob.choices.map((choice) => h("option", { value: choice }, choice.replaceAll("_", " "))));
  select.value = knob.value ?? knob.default;
  select.addEventListener("change", async () => {
    const answer = await turnKnob(knob.name, select.value);
    if (!answer.ok) select.value = knob.value;
  });
  return h("div", { class: `knob${knob.value === knob.default ? "" : " knob-turned"}` }, h("label", { for: id }, knob.label), h("span", { class: "select-wrap" }, select));
}

function groups() {
  const byGroup = new Map();
  for (const knob of store.faults) {
    if (knob.name === "bot") continue;
    if (!byGroup.has(knob.group)) byGroup.set(knob.group, []);
    byGroup.get(knob.group).push(knob);
  }
  return [...byGroup].map(([name, knobs]) => h("section", { class: "knobs", "aria-label": name }, h("h3", {}, name), knobs.map(row)));
}

async function reset() {
  for (const knob of store.faults.filter((one) => one.name !== "bot" && one.value !== one.default)) {
    await turnKnob(knob.name, knob.default);
  }
}

function bot() {
  const { state } = store.bot;
  const up = isUp(state);
  const drive = (what, label, note, look, possible) => h("button", { type: "button", class: `btn ${look}`, title: note, disabled: !possible, data: { testid: `bot-${what}` }, on: { click: () => driveBot(what) } }, label);
  return h("section", { class: "knobs", "aria-label": "Bot" }, h("h3", {}, "Bot"),
    h("p", { class: "bot-line" }, h("span", { class: `dot ${up ? "dot-up" : "dot-down"}` }), botLine(state)),
    h("div", { class: "bot-buttons" },
      drive("kill", "Kill", "SIGKILL: as if the machine lost power", "btn-danger", up || state === "starting"),
      drive("stop", "Stop", "SIGTERM: it drains and leaves", "", up || state === "starting"),
      drive("restart", up ? "Restart" : "Start", "Start the bot again on the same database", "btn-primary", true)));
}

/** Draw the drawer and let it open and close. */
export function startFaults(panel) {
  const body = h("div", { class: "faults-body" });
  const resetAll = h("button", { type: "button", class: "btn", data: { testid: "faults-reset" }, on: { click: reset } }, "Reset all");
  const toggle = (show) => {
    panel.hidden = !show;
    tell("faults-shown");
    if (show) panel.querySelector("select, button")?.focus();
    else document.querySelector("[data-testid=faults-toggle]")?.focus();
  };
  fill(panel,
    h("header", { class: "panel-head" }, h("h2", {}, "Faults"), h("span", { class: "panel-where" }, "break things on purpose"), resetAll,
      h("button", { type: "button", class: "btn btn-icon bare", "aria-label": "Close faults", data: { testid: "faults-close" }, on: { click: () => toggle(false) } }, icon("close"))),
    body);
  const draw = () => {
    const focus = body.contains(document.activeElement) ? document.activeElement.dataset : null;
    fill(body, bot(), groups());
    resetAll.disabled = turned() === 0;
    const again = focus?.knob ? `[data-knob="${CSS.escape(focus.knob)}"]` : focus?.testid ? `[data-testid="${CSS.escape(focus.testid)}"]` : "";
    if (again) body.querySelector(again)?.focus();
  };
  for (const name of ["state", "faults", "bot"]) on(name, draw);
  on("toggle-faults", () => toggle(panel.hidden));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(false); });
  draw();
}
