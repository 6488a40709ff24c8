/** The two menus of a narrow window, and which page of the list is this one. */
export function startMenus(): void {
  const sidebar = document.querySelector<HTMLElement>(".VPSidebar");
  const pages = document.querySelector<HTMLElement>(".VPLocalNav button.menu");
  if (sidebar !== null && pages !== null) unfold(pages, sidebar);

  const hamburger = document.querySelector<HTMLElement>(".VPNavBarHamburger");
  if (hamburger !== null) {
    const screen = mainMenu();
    document.querySelector(".VPNav")?.append(screen);
    unfold(hamburger, screen);
  }
  document.querySelector(".VPLocalNavOutlineDropdown button")?.addEventListener("click", () => {
    scrollTo(0, 0);
  });
  markThisPage();
}

/** A button opens and closes a part of the page; so do Escape and a click beside it. */
function unfold(button: HTMLElement, part: HTMLElement): void {
  const set = (open: boolean): void => {
    part.classList.toggle("open", open);
    button.classList.toggle("active", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    set(!part.classList.contains("open"));
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") set(false);
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Node && !part.contains(target) && !button.contains(target)) set(false);
  });
}

/** The links at the top of a wide page, and its switch, for a narrow one. */
function mainMenu(): HTMLElement {
  const screen = document.createElement("nav");
  screen.id = "VPNavScreen";
  screen.className = "from-disk-menu";
  screen.setAttribute("aria-label", "Main menu");
  for (const link of Array.from(
    document.querySelectorAll<HTMLAnchorElement>(".VPNavBarMenuLink"),
  )) {
    const copy = document.createElement("a");
    copy.href = link.href;
    copy.textContent = link.textContent.trim();
    screen.append(copy);
  }
  const appearance = document.createElement("button");
  appearance.type = "button";
  appearance.textContent = "Light or dark";
  appearance.addEventListener("click", () => {
    document.querySelector<HTMLElement>(".VPSwitchAppearance")?.click();
  });
  screen.append(appearance);
  return screen;
}

function markThisPage(): void {
  const here = location.href.replace(/[?#].*$/u, "");
  for (const link of Array.from(document.querySelectorAll<HTMLAnchorElement>(".VPSidebar a"))) {
    if (link.href !== here) continue;
    link.setAttribute("aria-current", "page");
    link.closest(".VPSidebarItem")?.classList.add("is-active");
  }
}
