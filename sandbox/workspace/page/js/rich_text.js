// rich_text blocks to DOM: sections, lists, quotes, preformatted. Knows nothing of messages.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { slackDate } from "./dates.js";

const STYLES = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]];

function styled(node, style = {}) {
  return STYLES.reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

const mention = (text) => h("span", { class: "mention" }, text);

function piece(element, names) {
  switch (element.type) {
    case "text": return styled(h("span", {}, lines(element.text)), element.style);
    case "link": return styled(link(element.url, element.text || element.url), element.style);
    case "emoji": return emoji(element.name);
    case "user": return mention(`@${names.user(element.user_id) || element.user_id}`);
    case "usergroup": return mention(`@${names.group(element.usergroup_id) || element.usergroup_id}`);
    case "channel": return mention(`#${names.channel(element.channel_id) || element.channel_id}`);
    case "broadcast": return mention(`@${element.range}`);
    case "date": return slackDate(`${element.timestamp}^${element.format}${element.url ? `^${element.url}` : ""}`, element.fallback);
    case "color": return h("code", {}, element.value);
    default: return element.text || "";
  }
}

const pieces = (element, names) => element.elements.map((one) => piece(one, names));

function list(element, names) {
  const items = element.elements.map((item) => h("li", {}, pieces(item, names)));
  const props = { class: `rich-list indent-${Math.min(element.indent || 0, 6)}`, start: element.style === "ordered" && element.offset ? element.offset + 1 : null };
  return h(element.style === "ordered" ? "ol" : "ul", props, items);
}

/** The nodes of one rich_text block. */
export function richText(block, names) {
  return block.elements.map((element) => {
    switch (element.type) {
      case "rich_text_list": return list(element, names);
      case "rich_text_quote": return h("blockquote", {}, pieces(element, names));
      case "rich_text_preformatted": return h("pre", {}, h("code", {}, pieces(element, names)));
      default: return h("div", {}, pieces(element, names));
    }
  });
}
