// The switch between light and dark. Without this script it is not shown, and the reader's device decides.
{
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme !== "light" && device.matches);

  const show = () => {
    document.querySelector(".switch")?.setAttribute("aria-pressed", isDark());
    if (root.dataset.theme === "auto") return;
    const paper = getComputedStyle(root).getPropertyValue("--paper").trim();
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) meta.content = paper;
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".switch")) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.scheme = root.dataset.theme;
    } catch {
      // A browser that keeps nothing: the choice holds for this page.
    }
    show();
  });
  // The other tabs follow.
  addEventListener("storage", (event) => {
    if (event.key !== "scheme") return;
    root.dataset.theme = event.newValue ?? "auto";
    show();
  });
  device.addEventListener("change", show);
  show();
}
