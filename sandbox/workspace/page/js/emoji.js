// Emoji by shortcode. The few that carry meaning here are drawn, so they look alike on machines without an emoji
// font; the rest are the characters the server names in its state. Knows nothing of messages.

import { drawing, h } from "./dom.js";

const circle = (fill, stroke) => [["circle", { cx: 12, cy: 12, r: 8.6, fill, stroke, "stroke-width": 1.2 }]];
const THUMB = "M9 10.6 12.4 3.6c1.6 0 2.6 1.2 2.4 2.8l-.5 3.2h4.3c1.4 0 2.4 1.3 2 2.6l-1.7 6.3c-.3 1.1-1.2 1.8-2.3 1.8H9z";
const thumb = (transform) => [
  ["path", { d: THUMB, fill: "#f4c04f", stroke: "#b98519", "stroke-width": 1.1, transform }],
  ["rect", { x: 3.6, y: 10.6, width: 4, height: 9.7, rx: 1.2, fill: "#f4c04f", stroke: "#b98519", "stroke-width": 1.1, transform }],
];

const ART = {
  large_blue_circle: circle("#3b82e8", "#2567c5"),
  large_yellow_circle: circle("#f2bf37", "#cf9a12"),
  large_green_circle: circle("#2fac66", "#1f8a4e"),
  large_orange_circle: circle("#ef8a36", "#cc6a18"),
  red_circle: circle("#e0484d", "#bd2f35"),
  white_circle: circle("#eceff0", "#98a3a8"),
  black_circle: circle("#39424a", "#1c2228"),
  white_check_mark: [
    ["rect", { x: 3.4, y: 3.4, width: 17.2, height: 17.2, rx: 4, fill: "#2fac66" }],
    ["path", { d: "M7.6 12.4l3 3 5.8-6.4", fill: "none", stroke: "#fff", "stroke-width": 2.4, "stroke-linecap": "round", "stroke-linejoin": "round" }],
  ],
  x: [["path", { d: "M5.5 5.5l13 13M18.5 5.5l-13 13", stroke: "#d63b41", "stroke-width": 3.6, "stroke-linecap": "round" }]],
  warning: [
    ["path", { d: "M10.4 4 2.7 17.6a1.9 1.9 0 0 0 1.6 2.8h15.4a1.9 1.9 0 0 0 1.6-2.8L13.6 4a1.9 1.9 0 0 0-3.2 0z", fill: "#f2bf37", stroke: "#cf9a12" }],
    ["path", { d: "M12 9v5M12 17.2h.01", stroke: "#40320a", "stroke-width": 2, "stroke-linecap": "round" }],
  ],
  "+1": thumb("translate(0 0)"),
  "-1": thumb("rotate(180 12 12)"),
  no_entry: [
    ["circle", { cx: 12, cy: 12, r: 8.8, fill: "#d63b41" }],
    ["rect", { x: 6.4, y: 10.2, width: 11.2, height: 3.6, rx: 0.8, fill: "#fff" }],
  ],
  eyes: [
    ["ellipse", { cx: 7.2, cy: 12, rx: 4, ry: 6, fill: "#fff", stroke: "#5c666d" }], ["circle", { cx: 6, cy: 12.6, r: 2.2, fill: "#39424a" }],
    ["ellipse", { cx: 16.8, cy: 12, rx: 4, ry: 6, fill: "#fff", stroke: "#5c666d" }], ["circle", { cx: 15.6, cy: 12.6, r: 2.2, fill: "#39424a" }],
  ],
  heart: [["path", { d: "M12 20S3.5 14.8 3.5 9A4.6 4.6 0 0 1 12 6.6 4.6 4.6 0 0 1 20.5 9c0 5.8-8.5 11-8.5 11z", fill: "#e0484d" }]],
  rocket: [
    ["path", { d: "M8 14.5 4.5 16l1-3.8 3-2.2zM9.5 16 8 19.5l3.8-1 2.2-3z", fill: "#e0484d" }],
    ["path", { d: "M8 13.5C9.5 8 13.5 4 20 4c0 6.5-4 10.5-9.5 12z", fill: "#dfe6ea", stroke: "#7b8790" }],
    ["circle", { cx: 14.4, cy: 9.6, r: 1.9, fill: "#3b82e8" }], ["path", { d: "M7.4 16.6 4.6 19.4", stroke: "#ef8a36", "stroke-width": 2, "stroke-linecap": "round" }],
  ],
  tada: [
    ["path", { d: "M8 8.5 15.5 16 4 20z", fill: "#f2bf37", stroke: "#cf9a12" }],
    ["path", { d: "M13 9c0-2 1.5-2.5 1-5M15.5 11c1.5-1.5 3-1 5-2M16 14c1.5 0 2.5 1 4.5.5", fill: "none", stroke: "#3b82e8", "stroke-width": 1.6, "stroke-linecap": "round" }],
    ["path", { d: "M9.5 4.5h.01M19 5h.01M19 17.5h.01", stroke: "#e0484d", "stroke-width": 2.6, "stroke-linecap": "round" }],
  ],
};
ART.thumbsup = ART["+1"];
ART.thumbsdown = ART["-1"];
ART.green_circle = ART.large_green_circle;

/** Shortcodes that answer an approval: always within one click under the bot's messages. */
export const ANSWERS = ["white_check_mark", "+1", "x", "no_entry"];
/** Shortcodes the reaction picker offers: the answers first. */
export const USUAL = [...ANSWERS, "eyes", "rocket", "tada", "heart", "-1", "pushpin", "memo", "+1::skin-tone-3"];
const TONE = /::skin-tone-([2-6])$/u;
const TONES = { 2: "#f7dcbf", 3: "#e8c095", 4: "#c99a6b", 5: "#9c6b43", 6: "#6b4a33" };

/** The drawing with yellow skin in another tone. */
const toned = (shapes, tone) => (tone ? shapes.map(([tag, props]) => [tag, props.fill === "#f4c04f" ? { ...props, fill: tone } : props]) : shapes);

let characters = {};
/** Take the server's table of shortcode to character. */
export function learnEmoji(table) {
  characters = table || {};
}

/** Every other shortcode there is: the picker offers them after the usual ones. */
export const others = () => Object.keys(characters).filter((name) => !USUAL.includes(name) && name !== "thumbsup" && name !== "thumbsdown");

/** Is this a shortcode the page can show? */
export const isEmoji = (name) => known(name.replace(TONE, ""));
const known = (name) => Object.hasOwn(ART, name) || Object.hasOwn(characters, name);

/** The emoji as a node; an unknown shortcode stays as it was typed. */
export function emoji(name) {
  if (!isEmoji(name)) return document.createTextNode(`:${name}:`);
  const props = { class: "emoji", role: "img", "aria-label": `:${name}:`, title: `:${name}:`, data: { emoji: name } };
  const plain = name.replace(TONE, "");
  return h("span", props, ART[plain] ? drawing(toned(ART[plain], TONES[name.match(TONE)?.[1]])) : characters[plain]);
}
