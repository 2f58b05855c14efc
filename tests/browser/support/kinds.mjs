// A representative page of each kind of the sample publication.

export const KINDS = {
  home: "/",
  "home-2": "/page/2/",
  article: "/analysis/hormuz/",
  "article-wide": "/analysis/bab-el-mandeb/",
  "article-quote": "/analysis/panama-drought/",
  "article-code": "/notes/great-circles-in-twenty-lines/",
  section: "/analysis/",
  tags: "/tags/",
  tag: "/tags/oil/",
  authors: "/authors/",
  author: "/authors/data-desk/",
  series: "/series/chokepoints/",
  archive: "/archive/",
  year: "/archive/2021/",
  credits: "/credits/",
  feeds: "/feeds/",
  about: "/about/",
  french: "/fr/",
  search: "/search/",
  "not-found": "/404.html",
};
