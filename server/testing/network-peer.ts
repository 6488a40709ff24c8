import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { WebSocket } from "ws";

/** How long anything on a real socket may take before the test gives up. Never a judgement of speed. */
const HANG_MS = 60_000;

type Frame = Readonly<Record<string, unknown>>;

/** A client on a real socket that waits for what it is told to expect. */
export class NetworkPeer {
  readonly texts: string[] = [];
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  #read = 0;
  #fences = 0;
  readonly #watchers = new Set<() => void>();

  constructor(
    url: string,
    options: {
      readonly protocols?: string[];
      readonly headers?: Readonly<Record<string, string>>;
      /** PEM of the certificate to trust, for wss. */
      readonly ca?: string;
    } = {},
  ) {
    const { protocols = [], headers = {}, ca } = options;
    this.socket = new WebSocket(url, protocols, { headers, ...(ca === undefined ? {} : { ca }) });
    this.socket.on("error", () => undefined);
    this.opened = new Promise((resolve, reject) => {
      this.socket.on("open", resolve);
      this.socket.on("unexpected-response", (_request, response) => {
        reject(new Error(`status ${String(response.statusCode)}`));
      });
    });
    this.opened.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on("close", resolve);
    });
    this.socket.on("message", (data: Buffer) => {
      this.texts.push(data.toString());
      for (const watch of [...this.#watchers]) watch();
    });
  }

  send(frame: Frame | string | Buffer): void {
    this.socket.send(
      typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame),
    );
  }

  /** The next text that satisfies `test`; those before it are passed over. */
  async next(what: string, test: (text: string) => boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(watch);
        reject(new Error(`waited for ${what}; got ${this.texts.slice(this.#read).join("\n")}`));
      }, HANG_MS);
      const watch = (): void => {
        while (this.#read < this.texts.length) {
          const text = this.texts[this.#read] ?? "";
          this.#read += 1;
          if (!test(text)) continue;
          clearTimeout(timer);
          this.#watchers.delete(watch);
          resolve(text);
          return;
        }
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  /** The next frame that holds the given members. */
  async expect(members: Frame): Promise<Frame> {
    const text = await this.next(JSON.stringify(members), (candidate) => {
      return candidate !== "pong" && holds(JSON.parse(candidate) as unknown, members);
    });
    return JSON.parse(text) as Frame;
  }

  frames(): Frame[] {
    return this.texts.filter((text) => text !== "pong").map((text) => JSON.parse(text) as Frame);
  }

  /**
   * Resolves when everything that the server wrote before has arrived here and everything that this
   * client wrote before, its pongs included, has been read there: two pings that answer one another.
   */
  async fence(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) {
      this.#fences += 1;
      const mark = `fence ${String(this.#fences)}`;
      await new Promise<void>((resolve) => {
        const answered = (data: Buffer): void => {
          if (data.toString() !== mark) return;
          this.socket.off("pong", answered);
          resolve();
        };
        this.socket.on("pong", answered);
        this.socket.ping(mark);
      });
    }
  }
}

/** True where `value` has all of `members`; `"*"` stands for any string. */
export function holds(value: unknown, members: unknown): boolean {
  if (members === "*") return typeof value === "string";
  if (typeof members !== "object" || members === null) return value === members;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(members).every(([name, member]) => holds((value as Frame)[name], member));
}

/** One HTTP request. */
export async function http(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    /** PEM of the certificate to trust, for https. */
    readonly ca?: string;
  } = {},
): Promise<{
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers: IncomingHttpHeaders;
}> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body = "", ca } = options;
    const asked = { method, headers, agent: false, ...(ca === undefined ? {} : { ca }) };
    const ask = url.startsWith("https:") ? httpsRequest : httpRequest;
    const request = ask(url, asked, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          type: response.headers["content-type"] ?? "",
          headers: response.headers,
        });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}
