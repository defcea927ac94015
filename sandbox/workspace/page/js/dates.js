// Times as people read them, in the browser's own zone. Pure but for the clock behind "today".

import { h, link } from "./dom.js";

const format = (date, options) => new Intl.DateTimeFormat("en-US", options).format(date);
const day = (date) => date.toDateString();

/** The moment a Slack ts stands for. */
export const tsDate = (ts) => new Date(Number.parseFloat(ts) * 1000);

/** "10:42 AM" */
export const clock = (date) => format(date, { hour: "numeric", minute: "2-digit" });

/** "Monday, November 23 at 10:42:07 AM", for tooltips. */
export const exact = (date) =>
  `${format(date, { weekday: "long", month: "long", day: "numeric" })} at ${format(date, { hour: "numeric", minute: "2-digit", second: "2-digit" })}`;

/** "today", "yesterday", "tomorrow" or "" */
function near(date) {
  const names = [[-1, "yesterday"], [0, "today"], [1, "tomorrow"]];
  const found = names.find(([days]) => {
    const other = new Date();
    other.setDate(other.getDate() + days);
    return day(date) === day(other);
  });
  return found ? found[1] : "";
}

/** A day divider: "Today", "Yesterday", "Monday, November 23". */
export function dayName(date) {
  const word = near(date);
  return word ? word[0].toUpperCase() + word.slice(1) : format(date, { weekday: "long", month: "long", day: "numeric" });
}

export const sameDay = (a, b) => day(a) === day(b);

function ago(date) {
  const seconds = Math.round((date - Date.now()) / 1000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

const pad = (number) => String(number).padStart(2, "0");
const TOKENS = {
  date_num: (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`,
  date: (date) => format(date, { dateStyle: "long" }),
  date_short: (date) => format(date, { dateStyle: "medium" }),
  date_long: (date) => format(date, { dateStyle: "full" }),
  date_pretty: (date) => near(date) || TOKENS.date(date),
  date_short_pretty: (date) => near(date) || TOKENS.date_short(date),
  date_long_pretty: (date) => near(date) || TOKENS.date_long(date),
  time: clock,
  time_secs: (date) => format(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** <!date^SECONDS^FORMAT^LINK|fallback>; `body` is what follows "!date^". A date Slack could not read shows its fallback. */
export function slackDate(body, fallback) {
  const [seconds, pattern = "", address] = body.split("^");
  const date = new Date(Number(seconds) * 1000);
  if (!seconds || Number.isNaN(date.getTime())) return document.createTextNode(fallback || body);
  const text = pattern.replace(/\{(\w+)\}/gu, (whole, name) => (TOKENS[name] ? TOKENS[name](date) : whole));
  const time = h("time", { datetime: date.toISOString(), title: exact(date) }, text || fallback);
  return address ? link(address, time) : time;
}
