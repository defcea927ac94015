// Building DOM safely: every text goes in as a text node, every address is checked. Knows nothing of Slack.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children. `on` = listeners, `data` = data-*, `class` = class list; null, false are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") {
      for (const [key, text] of Object.entries(value)) {
        if (text !== null && text !== undefined) node.dataset[key] = String(text);
      }
    } else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...clean(children));
  return node;
}

/** An SVG drawing from [tag, attributes] pairs. */
export function drawing(shapes, props = {}) {
  const root = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", ...props })) {
    root.setAttribute(name, value);
  }
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    root.append(shape);
  }
  return root;
}

/** Put these children in place of whatever the node holds. */
export function fill(node, ...children) {
  node.replaceChildren(...clean(children));
  return node;
}

function clean(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

/** The address when it is a whole one that a person may follow, else null (javascript: and friends never reach an href). */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** An image may be shown when it needs no outside network: this server's own, or inline data. */
export function localImage(address) {
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin || /^data:image\/(png|jpeg|gif|webp);/.test(address) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the page; plain text when the address is not safe to follow. */
export function link(address, label, props = {}) {
  const href = safeUrl(address);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, label) : h("span", {}, label);
}

let counter = 0;
/** A fresh id, for label/for and aria-* pairs. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}
