// Problems and a panel as the server sends them.

export const ERROR = {
  id: "front-matter/unknown-key", severity: "error", message: "`tilte`: unknown key", hint: "did you mean `title`?",
  file: "content/posts/x.md", line: 2, column: 1, width: 5, text: "tilte: What the Bishkek raid says",
  notes: [{ message: "the keys stand here", file: "docs/front-matter.md", line: null, column: null, width: null, text: null }],
};

export const LONG_ERROR = {
  id: "template/render", severity: "error", message: "`page.titel`: no such variable", hint: null,
  file: "themes/broadsheet/templates/page.html", line: 12, column: 901, width: 10,
  text: `${"<span>a</span>".repeat(65).slice(0, 900)}page.titel${" }}</h1>".repeat(90)}`, notes: [],
};

export const WARNING = {
  id: "figure/alt", severity: "warning", message: "the picture has no alt text", hint: "say what it shows: `![Bishkek from the south](bishkek.jpg)`",
  file: "content/posts/x.md", line: 14, column: 1, width: 17, text: "![](bishkek.jpg)", notes: [],
};

export const PANEL = {
  file: "content/posts/x.md", path: "/posts/x/", url: "https://example.org/posts/x/", kind: "article",
  title: "What the Bishkek raid says about recruitment", language: "en", draft: true, scheduled: "2027-01-01", expired: false,
  words: 1234, minutes: 6, date: "2026-11-03", updated: "2026-11-20",
  terms: [{ taxonomy: "tags", name: "Kyrgyzstan", path: "/tags/kyrgyzstan/" }, { taxonomy: "tags", name: "CSTO", path: "/tags/csto/" },
    { taxonomy: "authors", name: "A Writer", path: "/authors/a-writer/" }],
  related: [{ title: "Recruitment in Central Asia", path: "/posts/y/", score: 0.4213, why: ["Kyrgyzstan", "recruitment"] },
    { title: "The CSTO after Yerevan", path: "/posts/z/", score: 0.31, why: ["CSTO"] }],
  linked_from: [{ title: "The year in review", path: "/posts/review/" }],
  warnings: [WARNING],
  search: { title: "What the Bishkek raid says about recruitment", url: "https://example.org/posts/x/",
    description: "Security services killed six men. What their letters say of how they were found, and by whom, and what the state could have known before the summer of that year." },
  card: { title: "What the Bishkek raid says about recruitment", description: "Security services killed six men.", image: "/card.svg", site: "The Steppe Review" },
};
