// A problem as an author reads it: place, text with the mark, what is wrong, what to do.

import { make, placeText, visible, withCode } from "./shell.js";

/** Characters that are shown before the mark, so few that it is in view on a phone, and after it. */
const BEFORE = 24;
const AFTER = 90;
const WIDEST_MARK = 60;

/**
 * @param {import("./shell.js").Shell} shell
 * @param {object} diagnostic as `diagnostic::render::json` writes it
 * @returns {HTMLElement}
 */
export function diagnosticView(shell, diagnostic) {
  const { severity, message, hint, notes = [], file } = diagnostic;
  const name = severity === "error" ? "Error" : "Warning";
  return make("article", { class: `diagnostic ${severity}` },
    make("p", { class: "message" }, make("strong", {}, name), ": ", withCode(message)),
    file && placeView(shell, diagnostic),
    diagnostic.text && excerpt(diagnostic),
    hint && make("p", { class: "hint" }, make("strong", {}, "Help"), ": ", withCode(hint)),
    notes.map((note) => noteView(shell, note)),
  );
}

function noteView(shell, note) {
  return make("div", { class: "further" },
    make("p", {}, make("strong", {}, "Note"), ": ", withCode(note.message)),
    note.file && placeView(shell, note),
    note.text && excerpt(note),
  );
}

function placeView(shell, place) {
  return make("p", { class: "place" },
    make("code", {}, visible(placeText(place))), " ", shell.editorButton(place, "Open in editor"));
}

/** The line of the file with its mark; a long line is cut around it. */
function excerpt({ line, column, width, text }) {
  const characters = Array.from(visible(text));
  const from = Math.max(0, (column ?? 1) - 1);
  const to = from + Math.min(Math.max(width ?? 1, 1), WIDEST_MARK);
  const start = Math.max(0, from - BEFORE);
  const end = to + AFTER;
  const part = (begin, stop) => characters.slice(begin, stop).join("");
  return make("pre", { tabindex: 0, role: "group", "aria-label": `Line ${line}` },
    make("span", { class: "number", "aria-hidden": "true" }, String(line)),
    make("code", {},
      start > 0 && "…", part(start, from), make("mark", {}, part(from, to) || " "), part(to, end),
      end < characters.length && "…"));
}
