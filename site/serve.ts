// Shows a built site on this machine.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, posix, sep } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

export interface Shown {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the files of a folder on loopback.
 *
 * @param port 0 takes a free one.
 */
export async function serveFolder(folder: string, port: number): Promise<Shown> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = fileAt(folder, pathname);
    // The addresses of a page are relative to its own, so a folder must end in a slash.
    if (
      file?.endsWith(`${sep}index.html`) === true &&
      !/\/(?:index(?:\.html)?)?$/u.test(pathname)
    ) {
      response.writeHead(301, { location: `${posix.basename(pathname)}/` }).end();
      return;
    }
    const status = file === undefined ? 404 : 200;
    const shown = file ?? join(folder, "404.html");
    if (!existsSync(shown)) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(shown)] ?? "application/octet-stream";
    response.writeHead(status, { "content-type": type, "cache-control": "no-cache" });
    createReadStream(shown).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The file behind a path; a folder has its index, a page may be named without `.html`. */
function fileAt(folder: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = normalize(join(folder, decodeURIComponent(pathname)));
  } catch {
    return undefined;
  }
  if (path !== folder && !path.startsWith(folder + sep)) return undefined;
  const candidates = [path, `${path}.html`, join(path, "index.html")];
  return candidates.find((each) => existsSync(each) && statSync(each).isFile());
}
