// What is under a pressed pointer stays: a button drawn anew between press and release would never hear its click.

let pressed = false;
let late = [];

/** Do it now; while the pointer is down, once its click was heard, in the order in which it was asked for. */
export function afterClick(act) {
  if (pressed || late.length) late.push(act);
  else act();
}

/** Wait for the click, if the pointer is down. */
export const clickHeard = () => new Promise(afterClick);

/** Do nothing of what waits. */
export function dropLate() {
  late = [];
}

function release() {
  pressed = false;
  while (late.length && !pressed) late.shift()();
}

// The main button alone: another opens a menu of the browser's own, and so does a select; of those no release is told.
addEventListener("pointerdown", (event) => { pressed = event.button === 0 && !event.target.closest("select"); }, true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(release), true);
addEventListener("pointermove", (event) => { if (pressed && event.buttons === 0) release(); }, true);
