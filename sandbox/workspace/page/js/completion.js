// What could come next in the command box. Pure: text and commands in, suggestions out.

const MOST = 8;

/**
 * Suggestions for `text` (the box up to the caret): [{value, label, note}], `value` being the whole new text.
 * `sure` says Enter may take the first one: only while the command's own name is being typed.
 */
export function suggest(text, commands) {
  if (!text.startsWith("/") || text.includes("\n")) return { items: [], sure: false };
  const space = text.indexOf(" ");
  if (space < 0) {
    const items = commands.filter((one) => one.command.startsWith(text.toLowerCase()))
      .map((one) => ({ value: `${one.command} `, label: one.command, hint: one.usage_hint, note: one.description }));
    return { items: items.slice(0, MOST), sure: !commands.some((one) => one.command === text) };
  }
  const command = commands.find((one) => one.command === text.slice(0, space));
  if (!command) return { items: [], sure: false };
  return { items: words(command, text.slice(space + 1).replace(/^\s+/u, "")).slice(0, MOST), sure: false };
}

/** Phrases that begin with what was typed; then single words that continue the last word. */
function words(command, typed) {
  const phrases = command.completions || [];
  const found = phrases.filter((phrase) => phrase.startsWith(typed) && phrase !== typed.trim()).map((phrase) => ({
    value: `${command.command} ${phrase}`, label: phrase, note: typed ? "" : command.description,
  }));
  const cut = typed.lastIndexOf(" ") + 1;
  const last = typed.slice(cut);
  if (cut > 0) {
    const used = typed.slice(0, cut).trim().split(/\s+/u);
    const pool = new Set(phrases.flatMap((phrase) => phrase.split(/\s+/u)).filter((word) => word.startsWith("--") || !used.length));
    for (const word of pool) {
      const value = `${command.command} ${typed.slice(0, cut)}${word}`;
      if (word.startsWith(last) && word !== last && !used.includes(word) && !found.some((one) => one.value === value)) {
        found.push({ value, label: word, note: "" });
      }
    }
  }
  const seen = new Set();
  return found.filter((one) => !seen.has(one.value) && seen.add(one.value)).map((one) => ({ ...one, note: "" }));
}
