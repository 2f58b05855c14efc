// Changes the open page into the new one, and nothing else: what scripts and the reader did to it stays.
//
// Three documents meet: the page as the server sent it last, the page as it sends it now, and the live one, in which
// scripts have added classes and buttons and the reader has opened details. Only what differs between the first two
// is changed in the third.

import { kind, match } from "./match.js";

/** The preview's own tag, which the server puts into each page. */
const OWN = 'script[data-token][src$="/_byline/preview.js"]';
const STYLE = "link[rel~=stylesheet][href]";

/** The page cannot be patched and has to be loaded again. */
export class Unpatchable extends Error {}

/**
 * Reads a page as the server sent it.
 * @param {string} html
 * @returns {{page: Document, tag: DOMStringMap}} the page without the preview's own tag, and what stood in that.
 */
export function read(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const own = ownTag(page);
  own?.remove();
  return { page, tag: own ? { ...own.dataset } : {} };
}

/** The preview's tag in a page: the last one, for an article may show others. */
export function ownTag(page) {
  return [...page.querySelectorAll(OWN)].at(-1);
}

/** The page as the server sent it last, and which live node each of its nodes is. */
export class Mirror {
  #page;
  #twins = new WeakMap();
  #claimed = new WeakSet();
  /** Live elements whose text or attributes changed, or that are new; true when it was only a number. */
  #changed = new Map();
  #removed = [];
  #inserted = [];

  /**
   * @param {Document} page as the server sent it; the mirror keeps and changes it.
   * @param {Document} live
   */
  constructor(page, live) {
    this.#page = page;
    this.#pairTree(page.documentElement, live.documentElement);
  }

  /** The live node of a node of the server's page, if it still stands in the document. */
  twin(node) {
    const live = this.#twins.get(node);
    return live?.isConnected ? live : undefined;
  }

  /** The server's page. */
  get page() {
    return this.#page;
  }

  /**
   * Changes the live page by what differs between the page as it was and `next`.
   * @param {Document} next
   * @returns {{element: Element, isNumber: boolean}[]} the live elements that changed, in the order of the document.
   * @throws {Unpatchable} when only loading it again helps; the live page may be half changed then.
   */
  patch(next) {
    const reason = whyNot(this.#page, next);
    if (reason) throw new Unpatchable(reason);
    this.#changed.clear();
    this.#removed = [];
    this.#inserted = [];
    this.#patch(this.#page.documentElement, next.documentElement);
    this.#keepPictures();
    return [...this.#changed]
      .filter(([element]) => element.isConnected)
      .map(([element, isNumber]) => ({ element, isNumber }))
      .sort(byPlace);
  }

  /**
   * What in the live page is otherwise than in an older page; changes nothing.
   * @param {string} html
   */
  changesSince(html) {
    const copy = read(html).page;
    const older = new Mirror(read(html).page, copy);
    try {
      const changes = older.patch(this.#page.cloneNode(true));
      // The copy equals our page now: what stands at the same place is the same.
      const here = (node) => (node === copy ? this.#page : here(node.parentNode).childNodes[indexOf(node)]);
      return changes
        .filter(({ element }) => copy.body?.contains(element))
        .map((change) => ({ ...change, element: this.twin(here(change.element)) }))
        .filter(({ element }) => element);
    } catch (error) {
      if (error instanceof Unpatchable) return [];
      throw error;
    }
  }

  /**
   * Loads a style sheet anew, at its address now or at another one. The page shows the old one until then.
   * @param {string} from path of its address
   * @param {string} to
   * @param {number} edition makes an address that stays the same new for the browser
   */
  restyle(from, to, edition) {
    for (const link of this.#page.querySelectorAll(STYLE)) {
      const live = this.twin(link);
      if (!live || new URL(live.href).pathname !== from) continue;
      const next = link.cloneNode();
      next.setAttribute("href", from === to ? `${to}?byline=${edition}` : to);
      this.#swap(link, next);
      link.setAttribute("href", to);
    }
  }

  /** Notes which live node each node of `old` is, as far as scripts left them. */
  #pairTree(old, live) {
    this.#twins.set(old, live);
    this.#claimed.add(live);
    if (isClosed(old)) return;
    const olds = [...old.childNodes];
    const lives = [...live.childNodes];
    const { partner } = match(olds, lives);
    const lost = new Set(olds);
    partner.forEach((index, at) => {
      if (index < 0) return;
      lost.delete(olds[index]);
      this.#pairTree(olds[index], lives[at]);
    });
    const added = lives.filter((node, at) => partner[at] < 0 && node.nodeType === Node.ELEMENT_NODE);
    for (const node of lost) this.#pairWrapped(node, added);
  }

  /** A script may have put an element into another one, a table into a box that scrolls. */
  #pairWrapped(old, added) {
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    for (const box of added) {
      const found = [...box.getElementsByTagName(old.localName)].find(
        (live) => !this.#claimed.has(live) && kind(live) === kind(old) && live.textContent === old.textContent,
      );
      if (found) return this.#pairTree(old, found);
    }
  }

  #patch(old, next) {
    if (old.isEqualNode(next)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) return this.#patchText(old, next);
    if (isClosed(old)) return this.#replace(old, next);
    this.#patchAttributes(old, next);
    this.#patchChildren(old, next);
  }

  #patchText(old, next) {
    const live = this.#need(old);
    replaceText(live, old.nodeValue, next.nodeValue);
    const isNumber = old.nodeValue.replace(/\d/g, "") === next.nodeValue.replace(/\d/g, "");
    if (!isBlank(old) || !isBlank(next)) this.#note(live.parentElement, isNumber);
    old.nodeValue = next.nodeValue;
  }

  #patchAttributes(old, next) {
    const differ = changedAttributes(old, next);
    if (!differ.length) return;
    const live = this.#need(old);
    const isStyle = old.matches(STYLE) && next.matches(STYLE);
    if (isStyle && old.getAttribute("href") !== next.getAttribute("href")) this.#swap(old, next);
    else for (const attribute of differ) patchAttribute(live, old, attribute);
    for (const attribute of differ) setAttribute(old, attribute);
    this.#note(live);
    if (live.localName === "source" && live.parentElement instanceof HTMLMediaElement) live.parentElement.load();
  }

  #patchChildren(old, next) {
    const olds = [...old.childNodes];
    const news = [...next.childNodes];
    const { partner, moved } = match(olds, news);
    const kept = new Set(partner);
    const live = this.#twins.get(old);
    olds.forEach((node, index) => kept.has(index) || this.#remove(node));
    // From the last one back, so that each knows before what it stands.
    let before = null;
    let liveBefore = null;
    for (let at = news.length - 1; at >= 0; at--) {
      let node = olds[partner[at]];
      if (!node) {
        node = this.#insert(old, before, live, liveBefore, news[at]);
      } else {
        if (moved.has(at)) this.#move(old, before, live, liveBefore, node);
        this.#patch(node, news[at]);
        // A closed element was replaced.
        if (node.parentNode !== old) node = before ? before.previousSibling : old.lastChild;
      }
      before = node;
      liveBefore = childOf(live, this.#twins.get(node)) ?? liveBefore;
    }
  }

  #remove(node) {
    const live = this.twin(node);
    node.remove();
    if (!live && isBlank(node)) return;
    if (!live) throw new Unpatchable("a script replaced what is gone");
    if (live.nodeType === Node.ELEMENT_NODE) this.#removed.push(live);
    if (live.parentElement && !isBlank(live)) this.#note(live.parentElement);
    live.remove();
  }

  #insert(old, before, live, liveBefore, next) {
    if (!live?.isConnected) throw new Unpatchable("a script took away what holds the new text");
    const copy = live.ownerDocument.importNode(next, true);
    for (const closed of all(copy, "noscript")) closed.textContent = closed.innerHTML;
    old.insertBefore(next, before);
    live.insertBefore(copy, liveBefore);
    pairEqual(next, copy, (one, other) => this.#twins.set(one, other));
    this.#inserted.push(next);
    if (!isBlank(copy)) this.#note(copy.nodeType === Node.ELEMENT_NODE ? copy : live);
    return next;
  }

  #move(old, before, live, liveBefore, node) {
    old.insertBefore(node, before);
    const twin = this.twin(node);
    if (!twin) return;
    if (live.moveBefore && twin.isConnected) live.moveBefore(twin, liveBefore);
    else live.insertBefore(twin, liveBefore);
    if (!isBlank(twin)) this.#note(twin.nodeType === Node.ELEMENT_NODE ? twin : live);
  }

  /** Puts the new element in the place of an old one that cannot be changed inside. */
  #replace(old, next) {
    const live = this.#need(old);
    const parent = old.parentNode;
    const place = old.nextSibling;
    const livePlace = live.nextSibling;
    const liveParent = live.parentNode;
    this.#remove(old);
    this.#insert(parent, place, liveParent, livePlace, next);
  }

  /** Loads the new style sheet beside the old one, which goes when the new one is there: no flash. */
  #swap(old, next) {
    const live = this.#need(old);
    const fresh = live.ownerDocument.importNode(next);
    fresh.addEventListener("load", () => dropStyle(live), { once: true });
    fresh.addEventListener("error", () => dropStyle(live), { once: true });
    replacedBy.set(fresh, live);
    live.after(fresh);
    this.#twins.set(old, fresh);
  }

  /** A picture that left one place and came to another is the same element: it does not load again. */
  #keepPictures() {
    const left = new Map();
    for (const element of this.#removed) {
      for (const picture of all(element, "img")) left.set(pictureKey(picture), picture);
    }
    if (!left.size) return;
    for (const next of this.#inserted) {
      for (const wanted of all(next, "img")) {
        const picture = left.get(pictureKey(wanted));
        const fresh = this.twin(wanted);
        if (!picture || !fresh) continue;
        left.delete(pictureKey(wanted));
        for (const attribute of changedAttributes(picture, fresh)) setAttribute(picture, attribute);
        fresh.replaceWith(picture);
        this.#twins.set(wanted, picture);
        if (this.#changed.delete(fresh)) this.#note(picture);
      }
    }
  }

  #note(element, isNumber = false) {
    this.#changed.set(element, isNumber && (this.#changed.get(element) ?? true));
  }

  #need(node) {
    const live = this.twin(node);
    if (!live) throw new Unpatchable("a script replaced what changed");
    return live;
  }
}

/** Style sheets that wait for others to load: the new one, and the one that it replaces. */
const replacedBy = new WeakMap();

function dropStyle(link) {
  link.remove();
  const older = replacedBy.get(link);
  if (older) dropStyle(older);
}

/** Why a page cannot be patched: what runs once, when a page is loaded, cannot be run again. */
function whyNot(old, next) {
  // The hashes of a policy are those of scripts, which are compared themselves, and of data.
  const html = (element) => element.outerHTML.replace(/ 'sha256-[^']+'/g, "");
  const rules = [
    ["a script changed", scripts],
    ["the base address changed", (page) => all(page, "base")],
    ["a rule of the page changed", (page) => all(page, "meta[http-equiv]")],
    ["a template changed", (page) => all(page, "template")],
  ];
  const text = (elements) => elements.map(html).sort().join("\n");
  return rules.find(([, list]) => text(list(old)) !== text(list(next)))?.[0];
}

/** The scripts that a browser runs; data in a script element is none. */
function scripts(page) {
  const runs = /^$|^module$|^importmap$|^speculationrules$|(java|ecma)script/i;
  return [...page.scripts].filter((script) => runs.test(script.type.trim()));
}

/** An element whose inside is not ours to change: it is replaced as a whole. */
function isClosed(node) {
  const name = node.localName;
  return name === "noscript" || name === "template" || (name?.includes("-") && !!customElements.get(name));
}

function isBlank(node) {
  return node.nodeType === Node.COMMENT_NODE || (node.nodeType === Node.TEXT_NODE && !node.nodeValue.trim());
}

/** Attributes of `next` that `old` has otherwise, and those that it has no more (with a value of null). */
function changedAttributes(old, next) {
  const gone = [...old.attributes].filter(({ name }) => !next.hasAttribute(name));
  const other = [...next.attributes].filter(({ name, value }) => old.getAttribute(name) !== value);
  return [
    ...gone.map(({ name, namespaceURI }) => ({ name, namespaceURI, value: null })),
    ...other.map(({ name, namespaceURI, value }) => ({ name, namespaceURI, value })),
  ];
}

/** Changes one attribute of the live element; classes that scripts added stay. */
function patchAttribute(live, old, attribute) {
  if (attribute.name !== "class") return setAttribute(live, attribute);
  const words = (text) => (text ?? "").split(/\s+/).filter(Boolean);
  const before = words(old.getAttribute("class"));
  const now = words(attribute.value);
  live.classList.remove(...before.filter((word) => !now.includes(word)));
  live.classList.add(...now.filter((word) => !before.includes(word)));
  if (attribute.value === null && live.classList.length === 0) live.removeAttribute("class");
}

function setAttribute(element, { name, namespaceURI, value }) {
  if (value !== null) element.setAttributeNS(namespaceURI, name, value);
  else if (namespaceURI) element.removeAttributeNS(namespaceURI, name.split(":").pop());
  else element.removeAttribute(name);
}

/** Replaces only the characters that differ, so that a selection beside them stays. */
function replaceText(live, old, next) {
  const now = live.nodeValue;
  // A script wrote something else there: the author's new text stands instead.
  if (now !== old) return void (live.nodeValue = next);
  const least = Math.min(old.length, next.length);
  let start = 0;
  while (start < least && old[start] === next[start]) start++;
  let end = 0;
  while (end < least - start && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  live.replaceData(start, old.length - start - end, next.slice(start, next.length - end));
}

function indexOf(node) {
  return Array.prototype.indexOf.call(node.parentNode.childNodes, node);
}

/** The child of `parent` in which `node` stands. */
function childOf(parent, node) {
  while (node && node.parentNode !== parent) node = node.parentNode;
  return node ?? null;
}

/** Walks two equal trees side by side. */
function pairEqual(one, other, pair) {
  pair(one, other);
  if (isClosed(one)) return;
  for (let a = one.firstChild, b = other.firstChild; a && b; a = a.nextSibling, b = b.nextSibling) {
    pairEqual(a, b, pair);
  }
}

/** All elements of a kind in a node, itself too. */
function all(node, selector) {
  return [...(node.matches?.(selector) ? [node] : []), ...(node.querySelectorAll?.(selector) ?? [])];
}

function pictureKey(picture) {
  return `${picture.getAttribute("src")} ${picture.getAttribute("srcset")}`;
}

function byPlace({ element: one }, { element: other }) {
  return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}
