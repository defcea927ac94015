// Block Kit to DOM: one function per block. A `surface` (message or form) gives names, act, kept, remember, people,
// channels; each block gets its own context from it. Knows nothing of the server.

import { freshId, h, localImage, link } from "./dom.js";
import { interactive } from "./elements.js";
import { textObject, words } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

/** An image, or its description when it would have to come from outside. */
function picture(source, alt, style) {
  const address = localImage(source || "");
  if (address) return h("img", { class: style, src: address, alt: alt || "" });
  return h("span", { class: `${style} image-away`, title: "The sandbox shows no pictures from the internet." }, link(source || "", alt || "picture"));
}

/** What the elements of one block may do. */
function blockContext(block, surface, more = {}) {
  return {
    ...surface, ...more,
    act: (element, detail) => surface.act(block.block_id, element, detail),
    kept: (action) => surface.kept(block.block_id, action),
    remember: (action, read) => surface.remember(block.block_id, action, read),
  };
}

function section(block, surface) {
  const accessory = block.accessory;
  return h("div", { class: "block-section" },
    h("div", { class: "block-text" },
      block.text ? h("div", { class: "text" }, textObject(block.text, surface.names)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textObject(field, surface.names)))) : null),
    accessory ? h("div", { class: `accessory accessory-${accessory.type}` }, accessory.type === "image"
      ? picture(accessory.image_url, accessory.alt_text, "thumb")
      : interactive(accessory, blockContext(block, surface, { label: words(block.text).slice(0, 80) }))) : null);
}

const context = (block, surface) => h("div", { class: "block-context" }, block.elements.map((element) => (
  element.type === "image" ? picture(element.image_url, element.alt_text, "tiny") : h("span", { class: "text" }, textObject(element, surface.names)))));

const actions = (block, surface) => h("div", { class: "block-actions" }, block.elements.map((element) => interactive(element, blockContext(block, surface))));

const image = (block) => h("figure", { class: "block-image" },
  block.title ? h("figcaption", {}, textObject(block.title)) : null, picture(block.image_url, block.alt_text, "wide"));

/** A labelled question in a form (or, rarely, a message). Its error, if any, is shown by the surface. */
function input(block, surface) {
  const id = freshId("input");
  const hint = freshId("hint");
  const label = words(block.label);
  const grouped = /checkboxes|radio|multi_/u.test(block.element.type);
  const quiet = { ...surface, dispatches: block.dispatch_action, act: (...given) => (block.dispatch_action ? surface.act(...given) : undefined) };
  const node = interactive(block.element, blockContext(block, quiet, { inputId: id, label }));
  const field = node.id === id ? node : node.querySelector(`#${id}`) || node;
  field.setAttribute("aria-describedby", hint);
  return h("div", { class: "block-input" },
    h(grouped ? "div" : "label", { class: "label", for: grouped ? null : id }, textObject(block.label),
      block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    node,
    h("p", { class: "error", role: "alert", hidden: true, data: { testid: "block-error" } }),
    h("p", { class: "hint", id: hint }, block.hint ? textObject(block.hint) : null));
}

const BLOCKS = {
  section, context, actions, image, input,
  header: (block) => h("h3", { class: "block-header" }, textObject(block.text)),
  divider: () => h("hr", { class: "block-divider" }),
  rich_text: (block, surface) => h("div", { class: "text" }, richText(block, surface.names)),
  markdown: (block, surface) => h("div", { class: "text" }, textObject({ type: "mrkdwn", text: block.text }, surface.names)),
};

/** All blocks of a message or form. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => {
    const draw = BLOCKS[block.type];
    const inside = draw ? draw(block, surface) : h("p", { class: "unknown" }, `(the sandbox does not draw the block "${block.type}")`);
    return h("div", { class: "block", data: { blockId: block.block_id, block: block.type } }, inside);
  });
}
