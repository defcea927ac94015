// Slack's mrkdwn to DOM nodes. `names` tells how ids read: {user(id), group(id), channel(id)} -> text or "".
// Knows nothing of the server or of who is looking; whatever it does not understand stays text.

import { h, link, safeUrl } from "./dom.js";
import { emoji, isEmoji } from "./emoji.js";
import { slackDate } from "./dates.js";

/** Slack's three entities back to characters. */
export const decode = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const INLINE = new RegExp([
  "`(?<code>[^`\\n]+)`",
  "<(?<angle>[^<>\\n]+)>",
  ":(?<emoji>[a-z0-9_+'-]+):",
  "(?<![\\p{L}\\p{N}\\\\])(?<mark>[*_~])(?=\\S)(?<inner>(?:<[^<>\\n]*>|`[^`\\n]*`|(?!\\k<mark>|<[^<>\\n]*>|`[^`\\n]*`)[^\\n])+?)(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}])",
  "(?<url>https?:\\/\\/[^\\s<>|`]*[^\\s<>|`.,;:!?'\")*_~])",
].join("|"), "gu");

const TAGS = { "*": "strong", _: "em", "~": "s" };

/** One line's worth of inline formatting. In a link's label a bare address stays text: links do not nest. */
export function inline(text, names, inLink = false) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    const { code, angle, emoji: name, mark, inner, url } = found.groups;
    if (name !== undefined && !isEmoji(name)) continue;
    nodes.push(decode(text.slice(from, found.index)));
    from = found.index + found[0].length;
    if (code !== undefined) nodes.push(h("code", {}, inCode(code, names)));
    else if (angle !== undefined) nodes.push(reference(angle, names));
    else if (name !== undefined) nodes.push(emoji(name));
    else if (mark !== undefined) nodes.push(h(TAGS[mark], {}, inline(inner, names, inLink)));
    else nodes.push(inLink ? decode(url) : link(decode(url), decode(url)));
  }
  nodes.push(decode(text.slice(from)));
  return nodes.filter((node) => node !== "");
}

/** Inside code only references still work. */
function inCode(text, names) {
  return text.split(/(<[^<>\n]+>)/u).map((part) => (/^<.+>$/u.test(part) ? reference(part.slice(1, -1), names) : decode(part)));
}

/** What stands between < and >: a link, a mention, a date. */
function reference(body, names) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : decode(body.slice(bar + 1));
  if (target.startsWith("@")) return mention(`@${names.user(target.slice(1)) || label || target.slice(1)}`, "user");
  if (target.startsWith("#")) return mention(`#${names.channel(target.slice(1)) || label || target.slice(1)}`, "channel");
  if (target.startsWith("!subteam^")) {
    const named = names.group(target.slice(9)) || label || target.slice(9);
    return mention(`@${named.replace(/^@/u, "")}`, "group");
  }
  if (target.startsWith("!date^")) return slackDate(target.slice(6), label);
  if (target.startsWith("!")) return mention(`@${label || target.slice(1)}`, "broadcast");
  const address = decode(target);
  if (!safeUrl(address)) return document.createTextNode(decode(`<${body}>`));
  return link(address, label ? inline(body.slice(bar + 1), names, true) : address.replace(/^mailto:/u, ""));
}

const mention = (text, kind) => h("span", { class: `mention mention-${kind}` }, text);

/** A whole mrkdwn text: fences, quotes, lines. */
export function mrkdwn(text, names) {
  const nodes = [];
  text.split(/```/u).forEach((part, index, parts) => {
    const fenced = index % 2 === 1 && index < parts.length - 1;
    if (fenced) nodes.push(h("pre", {}, h("code", {}, inCode(part.replace(/^\n/u, "").replace(/\n$/u, ""), names))));
    else if (index % 2 === 1) nodes.push(...lines(`\`\`\`${part}`, names));
    else nodes.push(...lines(index === 0 ? part : part.replace(/^\n/u, ""), names));
  });
  return nodes;
}

function lines(text, names) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, index, all) => {
    const quoted = /^(?:&gt;|>)\s?(.*)$/u.exec(line);
    if (quoted) {
      if (quote) quote.append(h("br"));
      else nodes.push((quote = h("blockquote")));
      quote.append(...inline(quoted[1], names));
      return;
    }
    const afterQuote = quote !== null;
    quote = null;
    if (index > 0 && !afterQuote) nodes.push(h("br"));
    nodes.push(...inline(line, names));
    if (index === all.length - 1 && line === "" && nodes.at(-1)?.tagName === "BR") nodes.pop();
  });
  return nodes;
}

/** plain_text: no formatting, but emoji shortcodes and lines. */
export function plain(text) {
  const nodes = [];
  decode(text).split("\n").forEach((line, index) => {
    if (index > 0) nodes.push(h("br"));
    line.split(/:([a-z0-9_+'-]+):/u).forEach((part, at, parts) => {
      if (at % 2 === 0) nodes.push(part);
      else if (isEmoji(part)) nodes.push(emoji(part));
      else nodes.push(`:${part}`, at < parts.length - 1 ? ":" : "");
    });
  });
  return nodes.filter((node) => node !== "");
}

/** A Block Kit text object, or a bare string. */
export function textObject(text, names) {
  if (!text) return [];
  if (typeof text === "string") return plain(text);
  return text.type === "mrkdwn" ? mrkdwn(text.text ?? "", names) : plain(text.text ?? "");
}

/** A text object as one line without formatting, for labels and options. */
export const words = (text) => decode(typeof text === "string" ? text : text?.text ?? "");
