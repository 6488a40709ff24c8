/** The column “On this page”, from the headings of the page. */
export function writeOutline(): void {
  const list = document.querySelector<HTMLElement>(".VPDocOutlineItem.root");
  const headings = Array.from(document.querySelectorAll<HTMLElement>(".vp-doc :is(h2, h3)[id]"));
  if (list === null || headings.length === 0) return;
  // The styles of the theme name the component by such an attribute.
  const scope = list.getAttributeNames().filter((name) => name.startsWith("data-v-"));
  for (const heading of headings) {
    const link = document.createElement("a");
    link.className = "outline-link";
    link.href = `#${heading.id}`;
    link.textContent = heading.textContent.replace(/\u200b/gu, "").trim();
    link.title = link.textContent;
    if (heading.tagName === "H3") link.style.paddingLeft = "1rem";
    const item = document.createElement("li");
    item.append(link);
    for (const each of [item, link]) for (const name of scope) each.setAttribute(name, "");
    list.append(item);
  }
  list.closest(".VPDocAsideOutline")?.classList.add("has-outline");
}
