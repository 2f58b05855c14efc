{%- set provider = config.comments?.provider or "mail" -%}
{%- if provider != "mail" -%}
// Comments, when the reader asks for them. A provider's own embed waits in a template; threads on Mastodon and Bluesky are
// read from their public interfaces and written here, as text: their HTML never becomes part of the page.
{
  const words = document.currentScript.dataset;
  const box = document.querySelector(".comments");
  const place = box.querySelector(".thread");
  const make = (name, properties, ...inside) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  };
  const link = (href, ...inside) =>
    /^https?:\/\//.test(href) ? make("a", { href, rel: "nofollow ugc noopener" }, ...inside) : make("span", {}, ...inside);

  /** Text, paragraphs, line breaks and links of a post; the rest of its HTML is dropped. */
  const clean = (node) => [...node.childNodes].flatMap((child) => {
    const inside = child.nodeType === Node.TEXT_NODE ? [child.data] : clean(child);
    if (child.nodeName === "BR") return [make("br")];
    if (child.nodeName === "P") return [make("p", { dir: "auto" }, ...inside)];
    if (child.nodeName === "A") return [link(child.getAttribute("href"), ...inside)];
    return ["SCRIPT", "STYLE", "#comment"].includes(child.nodeName) ? [] : inside;
  });

  const ask = async (url) => {
    const answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  };

  /** Each gives replies as `{name, page, url, date, body, replies}`. */
  const threads = {
    async mastodon(url) {
      const id = url.pathname.split("/").findLast(Boolean);
      const { descendants } = await ask(`${url.origin}/api/v1/statuses/${id}/context`);
      const below = (parent, depth) => (depth > 20 ? [] : descendants.filter((post) => post.in_reply_to_id === parent).map((post) => ({
        name: post.account.display_name || post.account.username,
        page: post.account.url,
        url: post.url,
        date: post.created_at,
        body: clean(new DOMParser().parseFromString(post.content, "text/html").body),
        replies: below(post.id, depth + 1),
      })));
      return below(id, 0);
    },
    async bluesky(url) {
      const [, , who, , post] = url.pathname.split("/");
      const uri = encodeURIComponent(`at://${who}/app.bsky.feed.post/${post}`);
      const { thread } = await ask(`https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?depth=20&uri=${uri}`);
      const below = (parent) => (parent.replies ?? []).filter((reply) => reply.post).map((reply) => {
        const { author, record, uri: own } = reply.post;
        const page = `https://bsky.app/profile/${author.handle}`;
        return {
          name: author.displayName || author.handle,
          page,
          url: `${page}/post/${own.split("/").pop()}`,
          date: record.createdAt,
          body: [make("p", { dir: "auto" }, record.text)],
          replies: below(reply),
        };
      });
      return below(thread);
    },
  };

  const list = (replies) => make("ol", { className: "replies" }, ...replies.map((reply) => {
    const day = new Date(reply.date).toLocaleDateString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long" });
    const byline = make("p", { className: "byline" },
      make("span", {}, link(reply.page, reply.name)), " ", make("span", {}, link(reply.url, make("time", { dateTime: reply.date }, day))));
    return make("li", { className: "reply" }, byline, ...reply.body, ...(reply.replies.length ? [list(reply.replies)] : []));
  }));

  box.querySelector("button")?.addEventListener("click", async ({ target }) => {
    const { provider, thread } = box.dataset;
    target.closest("p").remove();
    const embed = box.querySelector("template");
    if (embed) {
      const settings = { ...embed.dataset };
      if (provider === "remark42") window.remark_config = settings;
      if (provider === "disqus") window.disqus_config = function () { Object.assign(this.page, settings); };
      place.append(document.importNode(embed.content, true));
      return;
    }
    place.textContent = words.loading;
    try {
      const replies = await threads[provider](new URL(thread));
      place.replaceChildren(replies.length ? list(replies) : words.none);
    } catch {
      place.textContent = words.failed;
    }
  });
}
{%- endif -%}
