{%- set provider = config.comments?.provider or "mail" -%}
{%- if provider != "mail" -%}
// Comments, when the reader asks for them. A provider's own embed waits in a template; threads on Mastodon and Bluesky are
// read from their public interfaces and written here, as text: their HTML never becomes part of the page.
{
  const box = document.querySelector(".comments");
{%- if provider in ["mastodon", "bluesky"] %}
  const words = document.currentScript.dataset;
  const make = (name, properties, ...inside) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  };
  const link = (href, ...inside) =>
    /^https?:\/\//.test(href) ? make("a", { href, rel: "nofollow ugc noopener" }, ...inside) : make("span", {}, ...inside);

  const ask = async (url) => {
    const answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  };
{% if provider == "mastodon" %}
  /** Text, paragraphs, line breaks and links of a post; the rest of its HTML is dropped. */
  const clean = (node) => [...node.childNodes].flatMap((child) => {
    const inside = child.nodeType === Node.TEXT_NODE ? [child.data] : clean(child);
    if (child.nodeName === "BR") return [make("br")];
    if (child.nodeName === "P") return [make("p", { dir: "auto" }, ...inside)];
    if (child.nodeName === "A") return [link(child.getAttribute("href"), ...inside)];
    return ["SCRIPT", "STYLE", "#comment"].includes(child.nodeName) ? [] : inside;
  });

  /** Replies as `{name, page, url, date, body, replies}`. */
  const read = async (url) => {
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
  };
{% else %}
  /** Replies as `{name, page, url, date, body, replies}`. */
  const read = async (url) => {
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
  };
{% endif %}
  const list = (replies) => make("ol", { className: "replies" }, ...replies.map((reply) => {
    const day = new Date(reply.date).toLocaleDateString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long" });
    const byline = make("p", { className: "byline" },
      make("span", {}, link(reply.page, reply.name)), " ", make("span", {}, link(reply.url, make("time", { dateTime: reply.date }, day))));
    return make("li", { className: "reply" }, byline, ...reply.body, ...(reply.replies.length ? [list(reply.replies)] : []));
  }));

  box?.querySelector("button").addEventListener("click", async ({ target }) => {
    const place = box.querySelector(".thread");
    target.closest("p").remove();
    place.textContent = words.loading;
    try {
      const replies = await read(new URL(box.dataset.thread));
      place.replaceChildren(replies.length ? list(replies) : words.none);
    } catch {
      place.textContent = words.failed;
    }
  });
{%- else %}
  box?.querySelector("button")?.addEventListener("click", ({ target }) => {
    const embed = box.querySelector("template");
    const settings = { ...embed.dataset };
{%- if provider == "remark42" %}
    window.remark_config = settings;
{%- elif provider == "disqus" %}
    window.disqus_config = function () { Object.assign(this.page, settings); };
{%- endif %}
    target.closest("p").remove();
    box.querySelector(".thread").append(document.importNode(embed.content, true));
  });
{%- endif %}
}
{%- endif -%}
