// Which of the new children is which of the old ones.

/** Cells of the table of likenesses at most; a larger gap is matched in order of kind. */
const LARGEST_TABLE = 40_000;
/** Text that is read to tell how alike two elements are, in characters. */
const READ = 600;
/** What the reader may have opened or filled in is another thing when it has fewer words in common than this share. */
const ALIKE = 0.25;
const KEPT_BY_READERS = new Set(["details", "dialog", "form"]);

/**
 * Matches two lists of sibling nodes: equal ones first, then those of the same id, then the most alike of one kind.
 * Takes n log n steps for lists of n nodes that differ in few places.
 * @param {Node[]} olds
 * @param {Node[]} news
 * @returns {{partner: number[], moved: Set<number>}} for each new node the index of its old one or -1, and those
 * new nodes whose old one stands in another order.
 */
export function match(olds, news) {
  const partner = new Array(news.length).fill(-1);
  const moved = new Set();
  let start = 0;
  const least = Math.min(olds.length, news.length);
  while (start < least && olds[start].isEqualNode(news[start])) partner[start] = start++;
  let oldEnd = olds.length;
  let newEnd = news.length;
  while (oldEnd > start && newEnd > start && olds[oldEnd - 1].isEqualNode(news[newEnd - 1])) {
    partner[--newEnd] = --oldEnd;
  }
  if (start === newEnd || start === oldEnd) return { partner, moved };

  // One place that differs, the usual edit, needs no search.
  const isOne = oldEnd - start === 1 && newEnd - start === 1;
  const sure = isOne ? [] : surePairs(olds, news, start, oldEnd, newEnd);
  const inOrder = longestRise(sure);
  const taken = new Set();
  for (const pair of sure) {
    partner[pair.at] = pair.was;
    taken.add(pair.was);
    if (!inOrder.has(pair)) moved.add(pair.at);
  }
  let was = start;
  let at = start;
  for (const pair of [...inOrder, { was: oldEnd, at: newEnd }]) {
    const oldGap = range(was, pair.was).filter((index) => !taken.has(index));
    const newGap = range(at, pair.at).filter((index) => partner[index] < 0);
    for (const [left, right] of align(olds, news, oldGap, newGap)) partner[right] = left;
    was = pair.was + 1;
    at = pair.at + 1;
  }
  return { partner, moved };
}

/**
 * What a node is at all: nodes of different kinds are never the same thing.
 * @param {Node} node
 */
export function kind(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return String(node.nodeType);
  const say = (name) => node.getAttribute(name) ?? "";
  switch (node.localName) {
    case "meta":
      return `meta ${say("name")} ${say("property")} ${say("http-equiv")} ${say("charset")}`;
    case "link":
      return `link ${say("rel")} ${say("type")}`;
    case "input":
      return `input ${say("type")} ${say("name")}`;
    case "script":
      return `script ${say("type")} ${say("src")}`;
    default:
      return node.localName;
  }
}

/** Pairs that leave no doubt: the same text, or the same id, once on each side. Sorted by place in the new list. */
function surePairs(olds, news, start, oldEnd, newEnd) {
  const pairs = [];
  const used = new Set();
  const pair = (key) => {
    const before = uniques(olds, start, oldEnd, (node, index) => used.has(-1 - index) ? null : key(node));
    const now = uniques(news, start, newEnd, (node, index) => used.has(index) ? null : key(node));
    for (const [name, at] of now) {
      const was = before.get(name);
      if (was === undefined || was < 0 || at < 0) continue;
      pairs.push({ was, at });
      used.add(at).add(-1 - was);
    }
  };
  pair((node) => (node.nodeType === Node.ELEMENT_NODE ? node.outerHTML : node.nodeValue.trim() || null));
  pair((node) => (node.id ? `${node.localName}#${node.id}` : null));
  return pairs.sort((one, other) => one.at - other.at);
}

/** Where each key stands, or -1 if it stands in several places. A key of null is none. */
function uniques(nodes, start, end, key) {
  const found = new Map();
  for (let index = start; index < end; index++) {
    const name = key(nodes[index], index);
    if (name !== null) found.set(name, found.has(name) ? -1 : index);
  }
  return found;
}

/** The most pairs (sorted by `at`) whose `was` rises too: they keep their order. By patience sorting. */
function longestRise(pairs) {
  const tops = [];
  const below = new Map();
  for (const pair of pairs) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle].was < pair.was) low = middle + 1;
      else high = middle;
    }
    below.set(pair, tops[low - 1]);
    tops[low] = pair;
  }
  const rise = [];
  for (let pair = tops.at(-1); pair; pair = below.get(pair)) rise.push(pair);
  return new Set(rise.reverse());
}

/** Pairs of indices of two gaps, in order, so that the sum of their likenesses is the highest (Needleman and Wunsch). */
function align(olds, news, oldGap, newGap) {
  if (!oldGap.length || !newGap.length) return [];
  if (oldGap.length * newGap.length > LARGEST_TABLE) return inOrderOfKind(olds, news, oldGap, newGap);
  const oldTraits = oldGap.map((index) => traits(olds[index]));
  const newTraits = newGap.map((index) => traits(news[index]));
  const width = newGap.length + 1;
  const best = new Float64Array((oldGap.length + 1) * width);
  const score = new Float64Array(best.length);
  for (let row = oldGap.length - 1; row >= 0; row--) {
    for (let column = newGap.length - 1; column >= 0; column--) {
      const cell = row * width + column;
      score[cell] = likeness(oldTraits[row], newTraits[column]);
      const both = score[cell] > 0 ? score[cell] + best[cell + width + 1] : 0;
      best[cell] = Math.max(both, best[cell + width], best[cell + 1]);
    }
  }
  const pairs = [];
  let row = 0;
  let column = 0;
  while (row < oldGap.length && column < newGap.length) {
    const cell = row * width + column;
    if (score[cell] > 0 && best[cell] === score[cell] + best[cell + width + 1]) {
      pairs.push([oldGap[row++], newGap[column++]]);
    } else if (best[cell] === best[cell + width]) row++;
    else column++;
  }
  return pairs;
}

function inOrderOfKind(olds, news, oldGap, newGap) {
  const pairs = [];
  let from = 0;
  for (const right of newGap) {
    const wanted = kind(news[right]);
    const found = oldGap.findIndex((left, index) => index >= from && kind(olds[left]) === wanted);
    if (found < 0) continue;
    pairs.push([oldGap[found], right]);
    from = found + 1;
  }
  return pairs;
}

/** What likeness is told from: kind, attributes, words. */
function traits(node) {
  const isElement = node.nodeType === Node.ELEMENT_NODE;
  const text = (node.textContent ?? "").slice(0, READ);
  const words = new Map();
  let count = 0;
  for (const word of text.match(/[\p{L}\p{N}]+/gu) ?? []) {
    words.set(word, (words.get(word) ?? 0) + 1);
    count++;
  }
  const attributes = isElement ? [...node.attributes].map(({ name, value }) => `${name}=${value}`) : [];
  return { kind: kind(node), words, count, attributes: new Set(attributes) };
}

/** 0 for two things, up to 4 for the same one. */
function likeness(one, other) {
  if (one.kind !== other.kind) return 0;
  const words = share(one.count + other.count, [...one.words].reduce(
    (sum, [word, times]) => sum + Math.min(times, other.words.get(word) ?? 0), 0));
  const all = one.attributes.size + other.attributes.size;
  const attributes = share(all, [...one.attributes].filter((pair) => other.attributes.has(pair)).length);
  if (words < ALIKE && KEPT_BY_READERS.has(one.kind)) return 0;
  return 1 + 2 * words + attributes;
}

/** Twice what is common, of all; nothing at all is alike. */
function share(all, common) {
  return all === 0 ? 1 : (2 * common) / all;
}

function range(from, to) {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
