// The default theme with the fonts of the system, and diagrams.

import DefaultTheme from "vitepress/theme-without-fonts";
import { inBrowser } from "vitepress";
import type { Theme } from "vitepress";

import { drawDiagrams } from "./diagrams.js";
import "./style.css";

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (!inBrowser) return;
    router.onAfterRouteChange = () => {
      requestAnimationFrame(() => void drawDiagrams());
    };
    const redraw = new MutationObserver(() => void drawDiagrams());
    redraw.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  },
};

export default theme;
