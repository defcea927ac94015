// The page's own line icons. Pure data and one function; no fonts, nothing fetched.

import { drawing } from "./dom.js";

const SHAPES = {
  paw: [
    ["ellipse", { cx: 6.2, cy: 11, rx: 1.9, ry: 2.4 }], ["ellipse", { cx: 10, cy: 7, rx: 2, ry: 2.6 }],
    ["ellipse", { cx: 14, cy: 7, rx: 2, ry: 2.6 }], ["ellipse", { cx: 17.8, cy: 11, rx: 1.9, ry: 2.4 }],
    ["path", { d: "M12 11.2c2.9 0 5.3 2.9 5.3 5.2 0 1.7-1.3 2.4-2.8 2.4-1 0-1.6-.4-2.5-.4s-1.5.4-2.5.4c-1.5 0-2.8-.7-2.8-2.4 0-2.3 2.4-5.2 5.3-5.2z" }],
  ],
  send: [["path", { d: "M4 4.6 20.5 12 4 19.4l1.9-6L14 12l-8.1-1.4z" }]],
};

const LINES = {
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  close: "M6 6l12 12M18 6 6 18",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  reply: "M20 15a3 3 0 0 1-3 3H9l-5 3.5V7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.2a4 4 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
  sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  open: "M14 4h6v6M20 4l-9 9M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4",
  down: "M12 5v14M6 13l6 6 6-6",
  pin: "M9 4h6l-1 6 3.5 3.5h-11L10 10zM12 13.5V20",
  archive: "M4 8h16M5 8l1.6-3.5h10.8L19 8v11H5zM9.5 12h5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 19.5h14",
  alert: "M12 8.5v5M12 17h.01M10.3 3.9 2.6 17.4A2 2 0 0 0 4.3 20.4h15.4a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z",
};

/** One icon, drawn in the current text colour. */
export function icon(name) {
  if (SHAPES[name]) return drawing(SHAPES[name], { class: `icon icon-${name}`, fill: "currentColor" });
  return drawing([["path", { d: LINES[name] }]], {
    class: `icon icon-${name}`, fill: "none", stroke: "currentColor",
    "stroke-width": name === "more" ? "3" : "1.8", "stroke-linecap": "round", "stroke-linejoin": "round",
  });
}
