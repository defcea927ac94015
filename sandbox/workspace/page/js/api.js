// The page's line to the sandbox: JSON requests and the stream of news. Knows addresses; draws nothing.

/** Where tests look when the sandbox itself does not answer. */
const UNREACHABLE = { ok: false, error: "unreachable", detail: "The sandbox does not answer. Is it still running? Start it with: make demo" };

async function request(path, options) {
  try {
    const response = await fetch(path, options);
    const type = response.headers.get("content-type") || "";
    if (type.includes("json")) return await response.json();
    return { ok: response.ok, error: `http_${response.status}`, detail: `The sandbox answered ${response.status}.` };
  } catch {
    return UNREACHABLE;
  }
}

/** GET a page resource; an answer with `ok: false` tells what went wrong. */
export const get = (name, query = {}) => request(`/_page/${name}?${new URLSearchParams(query)}`);

/** POST JSON. Answers {ok: true, ...} or {ok: false, error, detail}; never throws. */
export const post = (path, body) => request(path.startsWith("/") ? path : `/_page/${path}`, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

const NAMES = [
  "message", "message_changed", "message_deleted", "ephemeral", "reaction",
  "channels", "view_opened", "view_updated", "view_closed", "faults", "bot",
];

/**
 * Follow the news as `user`. `heard(name, data)` for each; `link("up" | "down")` when the line comes and goes.
 * Comes back by itself, waiting a little longer each time (at most 5 s). Returns what ends it.
 */
export function follow(user, heard, link) {
  let source = null;
  let timer = 0;
  let wait = 250;
  let ended = false;
  const open = () => {
    source = new EventSource(`/_page/events?${new URLSearchParams({ user })}`);
    source.onopen = () => { wait = 250; link("up"); };
    source.onerror = () => {
      if (ended) return;
      source.close();
      link("down");
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, 5000);
    };
    for (const name of NAMES) {
      source.addEventListener(name, (event) => heard(name, event.data ? JSON.parse(event.data) : {}));
    }
  };
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source.close();
  };
}
