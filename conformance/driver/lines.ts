// Lines end at byte 0x0A and nowhere else: U+2028 and a lone 0x0D are ordinary characters of a JSON text.

/** Cuts a byte stream into lines. `onOverlong` is called once, when a line passes `maxBytes`. */
export class LineCutter {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #dead = false;

  constructor(
    private readonly maxBytes: number,
    private readonly onLine: (line: string) => void,
    private readonly onOverlong: () => void,
  ) {}

  push(chunk: Buffer): void {
    let from = 0;
    while (!this.#dead) {
      const end = chunk.indexOf(0x0a, from);
      const piece = chunk.subarray(from, end === -1 ? chunk.length : end);
      this.#restBytes += piece.length;
      if (this.#restBytes > this.maxBytes) {
        this.#dead = true;
        this.#rest = [];
        this.onOverlong();
        return;
      }
      this.#rest.push(piece);
      if (end === -1) return;
      const line = Buffer.concat(this.#rest).toString("utf8");
      this.#rest = [];
      this.#restBytes = 0;
      from = end + 1;
      if (line !== "") this.onLine(line);
    }
  }
}
