// The default theme with the fonts of the system, and diagrams.

import DefaultTheme from "vitepress/theme-without-fonts";
import { inBrowser, withBase } from "vitepress";
import type { Theme } from "vitepress";

import { drawDiagrams } from "./diagrams.js";
import "./style.css";

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (!inBrowser) return;
    const draw = (): void => void drawDiagrams(withBase("/mermaid.min.js"));
    router.onAfterRouteChange = () => {
      requestAnimationFrame(draw);
    };
    const redraw = new MutationObserver(draw);
    redraw.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  },
};

export default theme;
