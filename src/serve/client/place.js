// Where the reader is: keeping the place while the page changes, and finding the place of a change.

const KEPT = 30;
const MARK_MS = 1_600;

/**
 * Notes what the reader sees; the function that it returns puts it back to the same height of the window.
 * At the very top nothing is held: there the top is what the reader looks at.
 * @returns {() => void}
 */
export function hold() {
  if (window.scrollY <= 0) return () => {};
  const seen = [];
  collectSeen(document.body, seen);
  const tops = seen.map((element) => element.getBoundingClientRect().top);
  return () => {
    const at = seen.findIndex((element) => element.isConnected && element.getClientRects().length);
    if (at < 0) return;
    const restore = () => {
      const shift = seen[at].getBoundingClientRect().top - tops[at];
      if (Math.abs(shift) >= 1) window.scrollBy({ top: shift, behavior: "instant" });
    };
    restore();
    // The browser's own anchoring may move the page once more when it lays it out.
    const height = window.scrollY;
    requestAnimationFrame(() => Math.abs(window.scrollY - height) >= 1 && restore());
  };
}

/** The innermost boxes that are in view, from the top. What is fixed to the window says nothing about the place. */
function collectSeen(element, seen) {
  for (const child of element.children) {
    if (seen.length >= KEPT) return;
    const box = child.getBoundingClientRect();
    if (box.height && (box.bottom <= 0 || box.top >= window.innerHeight)) continue;
    const { position, display } = getComputedStyle(child);
    const hasBox = display !== "contents";
    if (position === "fixed" || position === "sticky" || display.startsWith("inline") || (hasBox && !box.height)) continue;
    const before = seen.length;
    collectSeen(child, seen);
    if (seen.length === before && hasBox) seen.push(child);
  }
}

/**
 * The one of the changed elements that an author looks for: the innermost, in the text rather than in menus, and more
 * than a number, for reading times change with every edit.
 * @param {{element: Element, isNumber: boolean}[]} changes in the order of the document.
 * @returns {Element | undefined}
 */
export function placeOf(changes) {
  const main = document.querySelector("main, [role=main]") ?? document.body;
  const isInner = ({ element }) => !changes.some((other) => other.element !== element && element.contains(other.element));
  const seen = changes.filter((change) => change.element.getClientRects().length && isInner(change));
  const text = seen.filter(({ element }) => main.contains(element) && !element.closest("nav, time, [role=navigation]"));
  const words = text.find((change) => !change.isNumber);
  if (words) return words.element;
  const length = ({ element }) => element.textContent.length;
  return [...text].sort((one, other) => length(other) - length(one))[0]?.element ?? seen[0]?.element;
}

/** Brings an element into view, if it is not, and marks it for a moment. */
export function show(element) {
  if (!element) return;
  const box = element.getBoundingClientRect();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const isSeen = box.top >= 0 && box.top < window.innerHeight - Math.min(box.height, 80);
  if (!isSeen) element.scrollIntoView({ block: box.height > window.innerHeight ? "start" : "center", behavior: "instant" });
  // An animation leaves no trace in the page's own attributes.
  const marked = { outline: "3px solid #c2410c", outlineOffset: "4px" };
  const end = calm ? marked : { outline: "3px solid transparent", outlineOffset: "4px" };
  element.animate([marked, marked, end], { duration: MARK_MS, easing: "ease-in" });
}

const SCROLL = "byline-preview-scroll";

/** Loads the page again; the reader finds the same place. */
export function reload() {
  remember(SCROLL, { path: location.pathname, x: window.scrollX, y: window.scrollY });
  location.reload();
}

/** After `reload`: goes back to the place. */
export function restoreScroll() {
  const kept = recall(SCROLL);
  if (kept?.path === location.pathname) window.scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
}

/** Keeps a value for the next page of this tab. False when the browser has no room for it. */
export function remember(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** The value that an earlier page of this tab kept, once. */
export function recall(key) {
  try {
    const text = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
