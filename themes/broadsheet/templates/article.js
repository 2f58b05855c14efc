// What makes an article handier: contents that follow the reader, buttons that copy. Everything is readable without.
{
  const { copy, copied } = document.currentScript.dataset;

  // The contents mark the heading that the reader has passed last.
  const contents = document.querySelector(".contents");
  const links = [...document.querySelectorAll(".contents a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const current = headings.findLastIndex((heading) => heading?.getBoundingClientRect().top < innerHeight * 0.3);
    for (const [index, link] of links.entries()) {
      if (index !== current) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        contents.scrollTo(0, link.offsetTop - contents.clientHeight / 2);
      }
    }
  };
  // The root reaches far up, so that a heading crosses its lower edge even when the reader jumps.
  const watch = new IntersectionObserver(mark, { rootMargin: "99999px 0px -70% 0px" });
  for (const heading of headings) if (heading) watch.observe(heading);
  // Browsers that cannot show the inside of closed details by style.
  if (contents && !CSS.supports("selector(::details-content)")) {
    contents.firstElementChild.open = matchMedia("(min-width: 75em)").matches;
  }

  const offer = (button, text) => button.addEventListener("click", async () => {
    const label = button.textContent;
    await navigator.clipboard.writeText(text());
    button.textContent = copied;
    setTimeout(() => (button.textContent = label), 2000);
  });
  for (const button of document.querySelectorAll("button[data-text]")) offer(button, () => button.dataset.text);
  for (const code of document.querySelectorAll(".text pre > code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = copy;
    offer(button, () => code.textContent);
    code.before(button);
  }

  // On paper the address stands behind a link, unless the link says it itself.
  addEventListener("beforeprint", () => {
    for (const link of document.querySelectorAll(".prose a")) link.classList.toggle("url", link.href.includes(link.textContent));
  });
}
