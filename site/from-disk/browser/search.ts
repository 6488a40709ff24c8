/** The search of a page from disk. Its index is a script, because such a page may fetch nothing. */

interface Found {
  /** Address in the site, from its root: `/reference/#messages`. */
  readonly id: string;
  readonly title: string;
  readonly titles: readonly string[];
}

interface Index {
  search(words: string): readonly Found[];
}

interface Globals {
  MiniSearch?: { loadJSON(text: string, options: object): Index };
  latidoSearchIndex?: string;
}

/** As the theme reads the same index. */
const OPTIONS = {
  fields: ["title", "titles", "text"],
  storeFields: ["title", "titles"],
  searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } },
};

const MOST = 20;

export function startSearch(root: URL): void {
  const buttons = Array.from(document.querySelectorAll<HTMLElement>(".DocSearch-Button"));
  let dialog: HTMLDialogElement | undefined;
  const open = (): void => {
    dialog ??= searchDialog(root);
    if (!dialog.open) dialog.showModal();
  };
  for (const button of buttons) button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
}

function searchDialog(root: URL): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "from-disk-search";
  dialog.setAttribute("aria-label", "Search");
  const input = document.createElement("input");
  input.type = "search";
  input.className = "search-input";
  input.placeholder = "Search";
  input.setAttribute("aria-label", "Search");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const list = document.createElement("ul");
  dialog.append(input, status, list);
  document.body.append(dialog);

  const show = async (): Promise<void> => {
    const words = input.value.trim();
    const index = await indexOf(root);
    if (words !== input.value.trim()) return;
    const found = words === "" ? [] : index.search(words).slice(0, MOST);
    list.replaceChildren(...found.map((each) => resultOf(each, root)));
    status.textContent = words !== "" && found.length === 0 ? "Nothing found." : "";
  };
  input.addEventListener("input", () => {
    show().catch(() => {
      status.textContent = "The index of the search cannot be read.";
    });
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target instanceof HTMLAnchorElement) dialog.close();
  });
  return dialog;
}

function resultOf({ id, title, titles }: Found, root: URL): HTMLElement {
  const link = document.createElement("a");
  link.className = "result";
  // From disk a folder does not stand for its index.
  link.href = new URL(id.slice(1).replace(/^(?:[^#]*\/)?(?=#|$)/u, "$&index.html"), root).href;
  link.textContent = [...titles, title]
    .map(read)
    .filter((each) => each !== "")
    .join(" › ");
  const item = document.createElement("li");
  item.append(link);
  return item;
}

/** The index holds headings as markup. */
function read(markup: string): string {
  return new DOMParser().parseFromString(markup, "text/html").body.textContent.trim();
}

let loading: Promise<Index> | undefined;

async function indexOf(root: URL): Promise<Index> {
  loading ??= (async () => {
    await loaded(new URL("from-disk/minisearch.js", root));
    await loaded(new URL("from-disk/search-index.js", root));
    const { MiniSearch, latidoSearchIndex } = globalThis as Globals;
    if (MiniSearch === undefined || latidoSearchIndex === undefined) throw new Error("no index");
    return MiniSearch.loadJSON(latidoSearchIndex, OPTIONS);
  })();
  return await loading;
}

async function loaded(address: URL): Promise<void> {
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address.href;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => {
      reject(new Error(`${address.pathname} cannot be read`));
    });
    document.head.append(script);
  });
}
