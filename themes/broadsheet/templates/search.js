// Searches the articles in the reader's browser. docs/search.md says what the files of the index hold.
const box = document.getElementById("found");
const { index: address, base, none, count, failed } = box.dataset;
const $ = (name) => box.querySelector(name);
const field = document.getElementById("search");
const [says, results, more, year, tag] = [".count", ".results", ".more", ".year", ".tag"].map($);
const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
const LEVELS = [1, 1.5, 2, 2.5, 3, 3.5, 5, 9];
const UNSPACED = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\u{20000}-\u{3ffff}";
const WORD = /(?:(?!\u02bc)[\p{Alphabetic}\p{N}\p{M}\u00ad\u200c\u200d])+/gu;
const PART = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
const RUN = new RegExp(`^[${UNSPACED}]`, "u");

const known = new Map();
const load = (name, read) => {
  if (!known.has(name)) {
    const got = fetch(new URL(name, new URL(address, location)), name.includes("index.") ? { cache: "no-cache" } : {});
    known.set(name, got.then((answer) => answer.ok ? answer[read]() : Promise.reject(answer)));
    known.get(name).catch(() => known.delete(name));
  }
  return known.get(name);
};
const json = (name) => load(`${name}.json`, "json");

const keys = new Map();
const key = (word) => {
  if (!keys.has(word)) {
    const bare = word.toLowerCase().normalize("NFKD").replace(/(?<!и)\u0306|[\u00ad\u0300-\u0305\u0307-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u200c\u200d\ufe00-\ufe0f]/g, "");
    keys.set(word, [...bare.normalize("NFC").replace(/^(?:[وبكف]ال|ولل|ال|لل)(?=.{3})/u, "")].slice(0, 24).join(""));
  }
  return keys.get(word);
};
/** The words of a text: what is written, where, the key. */
const words = (text) => [...text.matchAll(WORD)].flatMap((run) =>
  [...run[0].matchAll(PART)].map((part) => ({ word: part[0], at: run.index + part.index, key: key(part[0]) })));

/** A query as terms, and as phrases that have to stand in the text. */
function parse(query) {
  const terms = new Map();
  const phrases = [...query.matchAll(/["“”«»„]([^"“”«»„]+)["“”«»„]/g)].map((quoted) => words(quoted[1]).map((word) => word.key));
  const all = words(query);
  for (const { word, at, key } of all) {
    const typed = at + word.length === query.length;
    const letters = [...key];
    if (RUN.test(key) && letters.length > 1) {
      const pairs = letters.slice(1).map((letter, at) => letters[at] + letter);
      pairs.filter((pair) => !/^[\u3041-\u309f\u30fc]+$/.test(pair)).forEach((pair) => terms.set(pair, false));
      phrases.push([key]);
    } else if (letters.length > 1 || RUN.test(key) || /\d/.test(key)) terms.set(key, typed || RUN.test(key));
  }
  return { terms: [...terms], phrases, all };
}

/** The words of a file of the index. */
function read(buffer) {
  const bytes = new Uint8Array(buffer);
  let at = 4 + new DataView(buffer).getUint32(0, true);
  let key = "";
  return new TextDecoder().decode(bytes.subarray(4, at)).split("\n").slice(0, -1).map((line) => {
    const [word, end] = line.split(" ");
    key = key.slice(0, word.charCodeAt(0) - 48) + word.slice(1);
    const stem = end ? key.slice(0, key.length - end.charCodeAt(0) + 48) + end.slice(1) : key;
    let length;
    [length, at] = number(bytes, at);
    return { key, stem, part: length & 1, list: bytes.subarray(at, at += length >> 1) };
  });
}
function number(bytes, at) {
  let [value, by] = [0, 1];
  for (; bytes[at] > 127; by *= 128) value += (bytes[at++] & 127) * by;
  return [value + bytes[at++] * by, at];
}

/** The words in the files that hold those which begin so; three files at most. */
async function near({ words }, from, to = from) {
  const start = Math.max(words.findLastIndex(([first]) => first <= from), 0);
  const names = words.slice(start, start + 3).filter(([first], at) => !at || first <= to);
  const files = await Promise.all(names.map(([, name]) => load(`${name}.bin`, "arrayBuffer")));
  return files.flatMap(read);
}
const shared = (a, b) => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

/** The articles with a term or another form of it. */
async function find(index, [term, typed]) {
  let entries = await near(index, term, typed ? `${term}\uffff` : term);
  let own = entries.find((entry) => entry.key === term);
  if (!own) {
    // A form that nobody wrote: the one that is most like it tells the stem.
    const like = entries.map((entry) => [shared(entry.key, term), entry]).reduce((a, b) => b[0] > a[0] ? b : a, [3]);
    if (like[1]?.stem.length <= like[0] && like[0] > term.length / 2) own = like[1];
  }
  if (own && own.stem !== term) entries = [...entries, ...await near(index, own.stem.slice(0, shared(own.stem, term)), term)];
  const found = { scores: new Map(), keys: new Set(), part: false };
  for (const entry of entries) {
    const weight = entry.key === term ? 1 : entry.stem === own?.stem ? 0.9 : typed && entry.key.startsWith(term) ? 0.4 : 0;
    if (!weight || found.keys.has(entry.key)) continue;
    found.keys.add(entry.key);
    found.part ||= entry.part;
    for (let at = 0, next = 0, value; at < entry.list.length; next++) {
      [value, at] = number(entry.list, at);
      next += Math.floor(value / 8);
      found.scores.set(next, Math.max(found.scores.get(next) ?? 0, weight * LEVELS[value & 7]));
    }
  }
  const rare = found.part ? 0.5 : Math.log(1 + index.articles / (found.scores.size || 1));
  found.scores.forEach((score, article) => found.scores.set(article, score * rare));
  return found;
}

/** Numbers of the articles, best first. A word that nearly all articles have need not be in one. */
function rank(found) {
  const all = found.some(({ part }) => !part) ? found.filter(({ part }) => !part) : found;
  const least = all === found && all.every(({ part }) => part) ? 1 : all.length;
  const [times, total] = [new Map(), new Map()];
  for (const { scores } of all) for (const article of scores.keys()) times.set(article, (times.get(article) ?? 0) + 1);
  for (const { scores } of found) for (const [article, score] of scores) total.set(article, (total.get(article) ?? 0) + score);
  return [...times.keys()].filter((article) => times.get(article) >= least).sort((a, b) => total.get(b) - total.get(a) || b - a);
}

/** The place of a text that shows most of what was asked; nothing when a phrase is not in it. */
async function passage(path, title, { phrases, all }, found) {
  const answer = await fetch(base + path);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector("article .prose, article, main") ?? page.body;
  part.querySelectorAll("script, style, nav, aside, noscript").forEach((element) => element.remove());
  const text = part.textContent.replace(/\s+/g, " ");
  const list = words(text);
  const runs = all.filter(({ key }) => RUN.test(key));
  const hits = list.flatMap(({ word, at, key }) => {
    const term = found.findIndex(({ keys }) => keys.has(key));
    if (term >= 0) return { at, end: at + word.length, term };
    return RUN.test(word) ? runs.map((run, term) => [word.indexOf(run.word), run, term]).filter(([where]) => where >= 0)
      .map(([where, run, term]) => ({ at: at + where, end: at + where + run.word.length, term })) : [];
  });
  const stands = (list, phrase) => list.findIndex((_, at) => phrase.every((key, more) => {
    const own = list[at + more]?.key;
    return RUN.test(key) ? own?.includes(key) : own === key;
  }));
  let start;
  for (const phrase of phrases) {
    const at = stands(list, phrase);
    if (at >= 0) start ??= list[at].at;
    else if (stands(words(title), phrase) < 0) return null;
  }
  let most = 0;
  if (start === undefined) hits.forEach(({ at }) => {
    const seen = new Set(hits.filter((hit) => hit.at >= at && hit.end < at + 200).map(({ term }) => term)).size;
    if (seen > most) [most, start] = [seen, at];
  });
  start = text.lastIndexOf(" ", Math.max((start ?? 0) - 60, 0)) + 1;
  const end = text.indexOf(" ", start + 240);
  return marked(text.slice(start, end < 0 ? undefined : end), hits.map((hit) => ({ at: hit.at - start, end: hit.end - start })), start > 0, end > 0);
}
function marked(text, hits, before, after) {
  const nodes = [before ? "… " : ""];
  let done = 0;
  for (const { at, end } of hits) {
    if (at < done || end > text.length) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, end);
    nodes.push(text.slice(done, at), mark);
    done = end;
  }
  return [...nodes, text.slice(done), after ? " …" : ""];
}

let turn = 0;
async function search(keep) {
  const own = ++turn;
  const asked = parse(field.value.trimStart());
  const url = new URL(location);
  for (const [name, value] of [["q", field.value], ["year", keep && year.value], ["tag", keep && tag.value]]) {
    value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
  }
  history.replaceState(null, "", url);
  if (!asked.terms.length) return clear();
  try {
    const index = await json("index");
    const found = index.articles ? await Promise.all(asked.terms.map((term) => find(index, term))) : [];
    const all = found.length ? rank(found) : [];
    if (own === turn) await show(own, index, asked, found, all, url.searchParams);
  } catch {
    if (own === turn) says.textContent = failed;
  }
}
function clear() {
  results.replaceChildren();
  says.textContent = "";
  $(".filters").hidden = more.hidden = true;
}

async function show(own, index, asked, found, all, wanted) {
  const yearOf = (article) => index.years.findLast(([, first]) => first <= article)?.[0];
  const chosen = +wanted.get("year");
  const inYear = all.filter((article) => !chosen || yearOf(article) === chosen);
  let shown = inYear;
  const tags = wanted.get("tag") ? await tagged(index, all) : null;
  if (tags) shown = inYear.filter((article) => tags.get(wanted.get("tag"))?.has(article));
  if (own !== turn) return;
  results.replaceChildren();
  let left = shown.length;
  const tell = () => (says.textContent = left ? count.replace("{n}", left) : none);
  tell();
  let at = 0;
  const next = async () => {
    const some = shown.slice(at, at += 10);
    more.hidden = at >= shown.length;
    for (const [item, article] of some.map((article) => [results.appendChild(document.createElement("li")), article])) {
      const [title, path, date] = (await json(index.cards[Math.floor(article / index.size[0])]))[article % index.size[0]];
      if (own !== turn) return;
      const link = document.createElement("a");
      link.href = base + path;
      link.append(...marked(title, words(title).filter(({ key }) => found.some(({ keys }) => keys.has(key))).map(({ word, at }) => ({ at, end: at + word.length }))));
      const time = document.createElement("time");
      if (date !== null) time.textContent = day.format(date * 864e5);
      const text = document.createElement("p");
      item.append(link, " ", time, text);
      passage(path, title, asked, found).then((nodes) => {
        if (nodes) return text.append(...nodes);
        item.remove();
        left--;
        if (own === turn) tell();
      }, () => {});
    }
  };
  more.onclick = next;
  await next();
  const counts = (list, of) => list.reduce((all, article) => all.set(of(article), (all.get(of(article)) ?? 0) + 1), new Map());
  const years = [...counts(all, yearOf)].filter(([year]) => year).sort((a, b) => b[0] - a[0]);
  const sets = [...tags ?? await tagged(index, all)].map(([name, set]) => [name, inYear.filter((article) => set.has(article)).length]);
  if (own !== turn) return;
  fill(year, years, wanted.get("year"));
  fill(tag, sets.filter(([, count]) => count).sort((a, b) => b[1] - a[1]).slice(0, 100), wanted.get("tag"));
  $(".filters").hidden = !all.length;
}
function fill(select, list, value) {
  select.replaceChildren(select.options[0], ...list.map(([name, count]) => new Option(`${name} (${count})`, name)));
  select.value = value ?? "";
  if (select.selectedIndex < 0) select.value = "";
}
/** The articles of each tag, of the parts of the site in which something was found. */
async function tagged(index, all) {
  const tags = new Map();
  const parts = [...new Set(all.map((article) => Math.floor(article / index.size[1])))];
  for (const [at, lists] of (await Promise.all(parts.map((part) => json(index.tags[part])))).entries()) {
    for (const [name, list] of Object.entries(lists)) {
      if (!tags.has(name)) tags.set(name, new Set());
      let next = parts[at] * index.size[1];
      for (const distance of list) tags.get(name).add((next += distance + 1) - 1);
    }
  }
  return tags;
}

let timer;
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 120);
});
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
for (const select of [year, tag]) select.addEventListener("change", () => search(true));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches("input, select, textarea");
  const stops = [field, ...results.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "/" && !isTyping) field.select();
  else if (event.key === "Escape" && at >= 0) {
    field.value = "";
    field.focus();
    search();
  } else if (step && at >= 0 && stops[at + step]) stops[at + step].focus();
  else return;
  event.preventDefault();
});

const asked = new URLSearchParams(location.search);
box.hidden = false;
field.value = asked.get("q") ?? "";
for (const select of [year, tag]) {
  const value = asked.get(select.name);
  if (value) fill(select, [[value, ""]], value);
}
if (field.value) search(true);
