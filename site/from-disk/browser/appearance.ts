/** The switch between light and dark; the choice holds for the next page where the browser keeps it. */
export function startAppearance(): void {
  const page = document.documentElement;
  const switches = Array.from(document.querySelectorAll<HTMLElement>(".VPSwitchAppearance"));
  const show = (): void => {
    const dark = page.classList.contains("dark");
    for (const each of switches) {
      each.setAttribute("aria-checked", String(dark));
      each.title = dark ? "Switch to light theme" : "Switch to dark theme";
    }
  };
  for (const each of switches) {
    each.addEventListener("click", () => {
      const dark = page.classList.toggle("dark");
      keep(dark ? "dark" : "light");
      show();
    });
  }
  show();
}

function keep(choice: "dark" | "light"): void {
  try {
    // The name under which the head of every page looks for it.
    localStorage.setItem("vitepress-theme-appearance", choice);
  } catch {
    // A browser may keep nothing for a page from disk; then the choice holds for this page.
  }
}
