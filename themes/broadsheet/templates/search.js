{%- if config.search -%}
// Searches the articles in the reader's browser. docs/search.md says what the files of the index hold.
{
  const box = document.getElementById("found");
  const field = document.getElementById("search");
  const { index: address, base, none, count, failed } = box.dataset;
  const [says, filters, results, more] = [".count", ".filters", "ol", "button"].map((name) => box.querySelector(name));
  const selects = [...filters.querySelectorAll("select")];
  const LEVELS = [1, 1.5, 2, 2.5, 3, 3.5, 5, 9];
  const WORD = /(?:(?!\u02bc)[\p{Alphabetic}\p{N}\p{M}\u00ad\u200c\u200d])+/gu;
  const UNSPACED = "\\p{scx=Hani}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Bopo}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Mymr}\\p{sc=Khmr}]";
  const PART = new RegExp(`[${UNSPACED}+|[^${UNSPACED}+`, "gu");
  const RUN = new RegExp(`^[${UNSPACED}`, "u");

  /** Gives what `make` gives, made once for each name. */
  const once = (make, known = new Map()) => (name) => known.get(name) ?? known.set(name, make(name)).get(name);
  // Costs a phone a moment, which comes with the first result.
  const day = once(() => new Intl.DateTimeFormat(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long", timeZone: "UTC" }));
  const known = new Map();
  const load = once((name) => fetch(new URL(name, new URL(address, location)), name === "index.json" ? { cache: "no-cache" } : {})
    .then((answer) => answer.ok ? answer[name.endsWith(".json") ? "json" : "arrayBuffer"]() : Promise.reject(known.delete(name))), known);
  const json = (name) => load(`${name}.json`);
  const key = once((word) => {
    const bare = word.toLowerCase().normalize("NFKD").replace(/(?<!и)\u0306|[\u00ad\u0300-\u0305\u0307-\u036f\u0483-\u0487\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200c\u200d\ufe00-\ufe0f]/g, "");
    return [...bare.normalize("NFC").replace(/^([وبكف]ال|ولل|ال|لل)(?=...)/, "")].slice(0, 24).join("");
  });
  /** The words of a text with their places; of scripts without spaces every two characters. */
  const words = (text) => [...text.matchAll(WORD)].flatMap((run) => [...run[0].matchAll(PART)].flatMap(([part], nth, parts) => {
    let at = run.index + parts[nth].index;
    const letters = [...part];
    const is = (word) => ({ at, end: at + word.length, key: key(word) });
    if (!RUN.test(part) || !letters[1]) return is(part);
    return letters.slice(1).map((letter, nth) => {
      const word = is(letters[nth] + letter);
      at += letters[nth].length;
      return word;
    });
  }));

  /** The words of a file of the index. */
  const read = once((buffer) => {
    const bytes = new Uint8Array(buffer);
    let at = 4 + new DataView(buffer).getUint32(0, true);
    let key = "";
    return new TextDecoder().decode(bytes.subarray(4, at)).split("\n").slice(0, -1).map((line) => {
      const [word, end] = line.split(" ");
      key = key.slice(0, word.charCodeAt() - 48) + word.slice(1);
      const stem = end ? key.slice(0, key.length - end.charCodeAt() + 48) + end.slice(1) : key;
      let length;
      [length, at] = number(bytes, at);
      return { key, stem, part: length & 1, list: bytes.subarray(at, at += length >> 1) };
    });
  });
  function number(bytes, at) {
    let [value, by] = [0, 1];
    for (; bytes[at] > 127; by *= 128) value += (bytes[at++] & 127) * by;
    return [value + bytes[at++] * by, at];
  }

  /** The words of the files from one word to another; of three files at most. */
  async function near({ words }, from, to) {
    const start = Math.max(words.findLastIndex(([first]) => first <= from), 0);
    const names = words.slice(start, start + 3).filter(([first], nth) => !nth || first <= to);
    return (await Promise.all(names.map(([, name]) => load(`${name}.bin`)))).flatMap(read);
  }
  function shared(a, b) {
    let at = 0;
    while (at < a.length && a[at] === b[at]) at++;
    return at;
  }

  /** The articles with a word or another form of it; with all words that begin so, while it is being typed. */
  async function find(index, [term, typed]) {
    typed &&= term.length > 2 || RUN.test(term);
    let entries = await near(index, term, typed ? `${term}\uffff` : term);
    let own = entries.find((entry) => entry.key === term);
    if (!own) {
      // A form that nobody wrote: the one that is most like it tells the stem.
      const [like, entry] = entries.map((entry) => [shared(entry.key, term), entry]).reduce((a, b) => b[0] > a[0] ? b : a, [3]);
      if (entry?.stem.length <= like && like * 2 > term.length) own = entry;
    }
    if (own) {
      const stem = own.stem.slice(0, shared(own.stem, term));
      entries = entries.concat(await near(index, stem, `${stem}\uffff`));
    }
    const found = { scores: new Map(), keys: new Set(), part: 0 };
    for (const { key, stem, part, list } of entries) {
      const weight = key === term ? 1 : stem === own?.stem ? 0.9 : typed && key.startsWith(term) ? 0.4 : 0;
      if (!weight || found.keys.has(key)) continue;
      found.keys.add(key);
      found.part |= part;
      for (let at = 0, next = 0, value; at < list.length; next++) {
        [value, at] = number(list, at);
        next += Math.floor(value / 8);
        found.scores.set(next, Math.max(found.scores.get(next) ?? 0, weight * LEVELS[value & 7]));
      }
    }
    found.rare = found.part ? 0.5 : Math.log(1 + index.articles / found.scores.size);
    return found;
  }

  /** Numbers of the articles, best first. A word that nearly all articles have need not be in one. */
  function rank(found) {
    const needed = found.filter(({ part }) => !part);
    const total = new Map();
    for (const { scores, rare } of found) for (const [article, score] of scores) total.set(article, (total.get(article) ?? 0) + score * rare);
    return [...total.keys()].filter((article) => needed.every(({ scores }) => scores.has(article))).sort((a, b) => total.get(b) - total.get(a) || b - a);
  }

  /** Where a phrase stands in a list of words. */
  const place = (list, phrase) => list.find((_, at) => phrase.every((key, nth) => list[at + nth]?.key === key))?.at;
  /** The passage of an article that shows most of what was asked; nothing when a phrase is not in it. */
  async function passage(path, title, phrases, found) {
    const answer = await fetch(base + path);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = ["article .prose", "article", "main", "body"].map((name) => page.querySelector(name)).find(Boolean);
    part.querySelectorAll("script, style, nav, aside, .anchor, .footnote-ref, .sidenote").forEach((element) => element.remove());
    const text = part.textContent.replace(/\s+/g, " ");
    const all = words(text);
    const hits = all.filter(({ key }) => found.some(({ keys }) => keys.has(key)));
    const places = phrases.map((phrase) => place(all, phrase) ?? (place(words(title), phrase) >= 0 ? -1 : null));
    if (places.includes(null)) return null;
    let start = places.find((at) => at >= 0);
    if (start === undefined) {
      let most = 0;
      hits.forEach(({ at }, nth) => {
        const seen = hits.slice(nth, nth + 20).filter(({ end }) => end < at + 200);
        const terms = found.filter(({ keys }) => seen.some(({ key }) => keys.has(key))).length;
        if (terms > most) [most, start] = [terms, at];
      });
    }
    const from = text.lastIndexOf(" ", Math.max((start ?? 0) - 60, 0)) + 1;
    const end = text.indexOf(" ", from + 240);
    return [from ? "… " : "", ...marked(text.slice(from, end < 0 ? undefined : end), hits, from), end < 0 ? "" : " …"];
  }
  /** A text with marks where the words stand; `from` is where the text begins for them. */
  function marked(text, hits, from = 0) {
    const nodes = [];
    let done = 0;
    for (const hit of hits) {
      const [at, end] = [Math.max(hit.at - from, done), hit.end - from];
      if (hit.at < from || at >= end || end > text.length) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(at, end);
      nodes.push(text.slice(done, at), mark);
      done = end;
    }
    return [...nodes, text.slice(done)];
  }

  let turn = 0;
  async function search() {
    const own = ++turn;
    const url = new URL(location);
    for (const { name, value } of [field, ...selects]) value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
    history.replaceState(null, "", url);
    const terms = new Map();
    for (const { key, end } of words(field.value)) {
      if (/..|\d/u.test(key) && !/^[ぁ-ゟー]+$/.test(key) || RUN.test(key)) terms.set(key, end === field.value.length);
    }
    if (!terms.size) {
      results.replaceChildren();
      says.textContent = "";
      filters.hidden = more.hidden = true;
      return;
    }
    try {
      const index = await json("index");
      const found = await Promise.all([...terms].map((term) => find(index, term)));
      await show(index, found, rank(found), () => own === turn);
    } catch {
      if (own === turn) says.textContent = failed;
    }
  }

  async function show(index, found, all, isMine) {
    const phrases = [...field.value.matchAll(/["“”«»„]([^"“”«»„]+)["“”«»„]/g)].map(([, quoted]) => words(quoted).map(({ key }) => key));
    const [year, tag] = selects.map(({ value }) => value);
    const yearOf = (article) => index.years.findLast(([, first]) => first <= article)?.[0];
    const ofYear = all.filter((article) => !year || yearOf(article) === +year);
    const shown = tag ? ofYear.filter(((set) => (article) => set?.has(article))((await tagged(index, all)).get(tag))) : [...ofYear];
    if (!isMine()) return;
    let left = shown.length;
    const tell = () => (says.textContent = left ? count.replace("{n}", left) : none);
    tell();
    results.replaceChildren();
    more.onclick = async () => {
      const some = shown.splice(0, 10);
      more.hidden = !shown.length;
      const cards = await Promise.all(some.map(async (article) => (await json(index.cards[Math.floor(article / index.size[0])]))[article % index.size[0]]));
      if (!isMine()) return;
      const texts = cards.map(([title, path, date]) => {
        const [item, link, time, text] = ["li", "a", "time", "p"].map((name) => document.createElement(name));
        link.href = base + path;
        link.append(...marked(title, words(title).filter(({ key }) => found.some(({ keys }) => keys.has(key)))));
        if (date !== null) time.textContent = day().format(date * 864e5);
        item.append(link, " ", time, text);
        results.append(item);
        return async () => {
          const nodes = await passage(path, title, phrases, found).catch(() => []);
          if (nodes) return text.append(...nodes);
          item.remove();
          left--;
          if (isMine()) tell();
        };
      });
      // The first one first, with the whole line for itself.
      await texts.shift()?.();
      texts.forEach((text) => text());
    };
    await more.onclick();
    const years = new Map();
    all.map(yearOf).forEach((year) => years.set(year, (years.get(year) ?? 0) + 1));
    years.delete();
    const tags = [...await tagged(index, all)].map(([name, set]) => [name, ofYear.filter((article) => set.has(article)).length]);
    if (!isMine()) return;
    fill(selects[0], [...years].sort((a, b) => b[0] - a[0]));
    fill(selects[1], tags.filter(([, count]) => count).sort((a, b) => b[1] - a[1]).slice(0, 100));
    filters.hidden = !all.length;
  }
  function fill(select, list) {
    const { value, options } = select;
    if (value && !list.some(([name]) => `${name}` === value)) list.push([value, 0]);
    select.replaceChildren(options[0], ...list.map(([name, count]) => new Option(count ? `${name} (${count})` : name, name)));
    select.value = value;
  }
  /** The articles of each tag, of the parts of the site in which something was found. */
  async function tagged(index, all) {
    const tags = new Map();
    await Promise.all([...new Set(all.map((article) => Math.floor(article / index.size[1])))].map(async (part) => {
      for (const [name, list] of Object.entries(await json(index.tags[part]))) {
        let next = part * index.size[1];
        const set = tags.get(name) ?? tags.set(name, new Set()).get(name);
        for (const distance of list) set.add((next += distance + 1) - 1);
      }
    }));
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
  filters.addEventListener("change", search);
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = [field, ...results.querySelectorAll("a")];
    const at = stops.indexOf(target);
    const next = stops[at + ({ ArrowDown: 1, ArrowUp: -1 }[key] ?? NaN)];
    if (key === "/" && !target.matches("input, select, textarea")) field.select();
    else if (key === "Escape" && at >= 0) {
      field.value = "";
      field.focus();
      search();
    } else if (at >= 0 && next) next.focus();
    else return;
    event.preventDefault();
  });

  box.hidden = false;
  for (const [name, value] of new URLSearchParams(location.search)) {
    for (const element of [field, ...selects]) {
      if (element.name !== name) continue;
      if (element !== field) element.append(new Option(value, value));
      element.value = value;
    }
  }
  if (field.value) search();
}
{%- endif -%}
