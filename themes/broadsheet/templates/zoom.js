// Shows the full size of a picture above the page. Without this script the link leads to the picture.
const { open, close } = document.currentScript.dataset;
const links = [...document.querySelectorAll("a.zoom")];
const dialog = document.createElement("dialog");
dialog.className = "zoomed";
let shown = 0;

function show(at) {
  shown = (at + links.length) % links.length;
  const link = links[shown];
  const small = link.querySelector("img");
  const caption = link.closest("figure")?.querySelector("figcaption");
  const large = new Image();
  large.src = link.href;
  large.alt = small.alt;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = close;
  button.addEventListener("click", () => dialog.close());
  large.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-label", small.alt);
  dialog.replaceChildren(large, ...(caption ? [caption.cloneNode(true)] : []), button);
  if (!dialog.open) dialog.showModal();
  button.focus();
}

for (const [at, link] of links.entries()) {
  link.setAttribute("aria-haspopup", "dialog");
  link.setAttribute("aria-label", `${open}: ${link.querySelector("img").alt}`);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(at);
  });
}
dialog.addEventListener("keydown", ({ key }) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step) show(shown + step * (document.dir === "rtl" ? -1 : 1));
});
dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  links[shown].focus();
});
document.body.append(dialog);
