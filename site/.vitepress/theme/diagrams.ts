// Draws the diagrams of a page in the browser, in the colours that the page has.

interface Mermaid {
  initialize(options: Readonly<Record<string, unknown>>): void;
  render(id: string, text: string, within: Element): Promise<{ readonly svg: string }>;
}

interface Globals {
  mermaid?: Mermaid;
}

let drawn = 0;
let queue = Promise.resolve();

/**
 * Draws what the page holds; again when its colours have changed. One page at a time.
 *
 * @param address Of mermaid as a classic script, which a page from disk may load, too.
 */
export async function drawDiagrams(address: string): Promise<void> {
  const next = async (): Promise<void> => {
    await draw(address);
  };
  queue = queue.then(next, next);
  await queue;
}

async function draw(address: string): Promise<void> {
  const figures = Array.from(document.querySelectorAll<HTMLElement>(".diagram"));
  const theme = document.documentElement.classList.contains("dark") ? "dark" : "neutral";
  const stale = figures.filter((figure) => figure.dataset.theme !== theme);
  if (stale.length === 0) return;
  const mermaid = await loadMermaid(address);
  const fontFamily = getComputedStyle(document.body).fontFamily;
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme, fontFamily });
  for (const figure of stale) {
    const text = (figure.dataset.text ??= figure.querySelector("pre")?.textContent ?? "");
    // Measured where it will stand, in the style that it will have.
    const { svg } = await mermaid.render(`diagram-${(drawn += 1)}`, text, figure);
    figure.innerHTML = svg;
    keepReadable(figure.querySelector("svg"));
    // A sequence is read from its left; a machine has its heart in the middle.
    if (text.startsWith("state")) figure.scrollLeft = (figure.scrollWidth - figure.clientWidth) / 2;
    figure.dataset.theme = theme;
    figure.tabIndex = 0;
    figure.setAttribute("role", "group");
    figure.setAttribute("aria-label", "Diagram");
  }
  // What was above the place that the address names has grown.
  if (location.hash !== "")
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

let loading: Promise<Mermaid> | undefined;

async function loadMermaid(address: string): Promise<Mermaid> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    const ended = (): void => {
      const { mermaid } = globalThis as Globals;
      if (mermaid === undefined) reject(new Error(`${address} cannot be read`));
      else resolve(mermaid);
    };
    script.addEventListener("load", ended);
    script.addEventListener("error", ended);
    document.head.append(script);
  });
  return await loading;
}

/** The share of its natural width below which a diagram scrolls instead of shrinking. */
const LEAST = 0.65;

function keepReadable(svg: SVGSVGElement | null): void {
  const natural = svg?.viewBox.baseVal.width ?? 0;
  if (svg !== null) svg.style.minWidth = `${Math.round(natural * LEAST)}px`;
}
