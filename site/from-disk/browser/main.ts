// What a page does without the app of VitePress: diagrams, menus, appearance, outline, search.

import { drawDiagrams } from "../../.vitepress/theme/diagrams.js";
import { startAppearance } from "./appearance.js";
import { startMenus } from "./menus.js";
import { writeOutline } from "./outline.js";
import { startSearch } from "./search.js";

const script = document.currentScript as HTMLScriptElement | null;
const root = new URL("../", script?.src ?? location.href);

function start(): void {
  startAppearance();
  startMenus();
  writeOutline();
  startSearch(root);
  copyOnClick();
  const draw = (): void => void drawDiagrams(new URL("mermaid.min.js", root).href);
  const watch = new MutationObserver(draw);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  draw();
  document.documentElement.dataset.ready = "from-disk";
}

function copyOnClick(): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button.copy") : null;
    const text = button?.parentElement?.querySelector("code")?.textContent;
    if (button === null || text === undefined) return;
    void navigator.clipboard.writeText(text).then(() => {
      button.classList.add("copied");
    });
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
