// Shows the full size of a picture above the page. Without this script the link leads to the picture.
{
  const { close } = document.currentScript.dataset;
  const all = () => [...document.querySelectorAll("a.zoom")];
  let shown;

  function show(link) {
    shown = link;
    let dialog = document.querySelector("dialog.zoomed");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "zoomed";
      dialog.addEventListener("keydown", ({ key }) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
        const links = all();
        const at = links.indexOf(shown) + step * (document.dir === "rtl" ? -1 : 1);
        if (step) show(links.at(at % links.length));
      });
      dialog.addEventListener("close", () => {
        dialog.remove();
        shown.focus();
      });
      document.body.append(dialog);
    }
    const small = link.querySelector("img");
    const caption = link.closest("figure")?.querySelector("figcaption");
    const large = new Image();
    large.src = link.href;
    large.alt = small.alt;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = close;
    for (const element of [button, large]) element.addEventListener("click", () => dialog.close());
    dialog.setAttribute("aria-label", small.alt);
    dialog.replaceChildren(large, ...(caption ? [caption.cloneNode(true)] : []), button);
    if (!dialog.open) dialog.showModal();
    button.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.zoom");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link);
  });
}
