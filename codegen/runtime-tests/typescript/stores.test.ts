import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  type KeyValueStorage,
  localStorageOutbox,
  localStoragePositions,
  memoryOutbox,
  memoryPositions,
  type OutboxStore,
  type PositionStore,
  type StoredMessage,
} from "../../../generated/typescript/client/index.js";
import { fileOutbox, filePositions } from "../../../generated/typescript/client/node.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latido-stores-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

class FakeStorage implements KeyValueStorage {
  readonly values = new Map<string, string>();

  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
}

/** How to make a store, and the same store again as the next process does. */
type Reopen<Store> = () => () => Store;

const positionStores: [string, Reopen<PositionStore>][] = [
  ["memory", () => same(memoryPositions())],
  ["file", () => () => filePositions(join(folder, "deep", "positions.json"))],
  ["localStorage", () => withStorage((storage) => localStoragePositions("latido", storage))],
];

const outboxStores: [string, Reopen<OutboxStore>][] = [
  ["memory", () => same(memoryOutbox())],
  ["file", () => () => fileOutbox(join(folder, "outbox"))],
  ["localStorage", () => withStorage((storage) => localStorageOutbox("latido", storage))],
];

function same<Store>(store: Store): () => Store {
  return () => store;
}

function withStorage<Store>(make: (storage: KeyValueStorage) => Store): () => Store {
  const storage = new FakeStorage();
  return () => make(storage);
}

describe.each(positionStores)("positions in %s", (_, prepare) => {
  test("LIB-10, STREAM-11: each stream has one position, epoch and id together", async () => {
    const open = prepare();
    const store = open();
    expect(await store.load()).toEqual([]);
    await store.save([at("a", "e1", 1), at("b", "e1", 5)]);
    await store.save([at("a", "e2", 0)]);
    expect(await open().load()).toEqual([at("a", "e2", 0), at("b", "e1", 5)]);
  });

  test("LIB-10: a store that is written before it is read loses nothing", async () => {
    const open = prepare();
    await open().save([at("a", "e1", 1)]);
    await open().save([at("b", "e1", 2)]);
    expect(await open().load()).toHaveLength(2);
  });
});

describe.each(outboxStores)("an outbox in %s", (_, prepare) => {
  test("MSG-3, MSG-6, LIB-10: messages keep their order when they are saved again", async () => {
    const open = prepare();
    const store = open();
    expect(await store.load()).toEqual([]);
    for (const n of [1, 2, 3]) await store.save(message(n));
    await store.save({ ...message(1), firstSentAt: 77 });
    await store.remove(id(2));
    await store.remove(id(9));
    expect(await open().load()).toEqual([{ ...message(1), firstSentAt: 77 }, message(3)]);
  });

  test("MSG-29: the next process goes on where this one ended", async () => {
    const open = prepare();
    for (const n of [3, 1]) await open().save(message(n));
    const next = open();
    await next.load();
    await next.save(message(2));
    await next.remove(id(3));
    expect((await open().load()).map(({ messageId }) => messageId)).toEqual([id(1), id(2)]);
  });
});

describe("files", () => {
  test("LIB-10: a write that was cut off leaves the old content", async () => {
    const path = join(folder, "positions.json");
    await filePositions(path).save([at("a", "e1", 1)]);
    await writeFile(`${path}.cut-off.tmp`, "[{");
    expect(await filePositions(path).load()).toEqual([at("a", "e1", 1)]);
  });

  test("LIB-10: a write that fails leaves no draft and says why", async () => {
    const path = join(folder, "taken");
    await filePositions(join(path, "is-a-folder")).save([]);
    await expect(filePositions(path).save([at("a", "e1", 1)])).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["taken"]);
  });

  test("LIB-10: drafts of a process that stopped while it wrote are cleared, and nobody else's", async () => {
    const name = `000000000000001-${id(1)}.json`;
    const drafts = ["at[1].json.12-34.tmp", `${name}.56-78.tmp`];
    const others = ["at1.json.12-34.tmp", "at[1].json.tmp", "mine.tmp", `${id(1)}.json.1.tmp`];
    for (const draft of [...drafts, ...others]) await writeFile(join(folder, draft), "[{");
    await writeFile(join(folder, name), JSON.stringify(message(1)));
    expect(await filePositions(join(folder, "at[1].json")).load()).toEqual([]);
    expect(await fileOutbox(folder).load()).toEqual([message(1)]);
    expect(await readdir(folder)).toEqual([...others, name].sort());
  });

  test("MSG-3: a message whose file could not be removed is removed by the next try", async () => {
    const store = fileOutbox(folder);
    await store.save(message(1));
    const [name = ""] = await readdir(folder);
    await rm(join(folder, name));
    await mkdir(join(folder, name, "in-the-way"), { recursive: true }); // a folder is not removed as a file
    await expect(store.remove(id(1))).rejects.toThrow();
    await rm(join(folder, name), { recursive: true });
    await writeFile(join(folder, name), JSON.stringify(message(1)));
    await store.remove(id(1));
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(["{}", "[1]", "not json", '[{"stream":"a","epoch":"","lastEventId":1}]'])(
    "LIB-10: %s is refused, and never overwritten",
    async (text) => {
      const path = join(folder, "positions.json");
      await writeFile(path, text);
      await expect(filePositions(path).load()).rejects.toThrow();
      await expect(filePositions(path).save([at("a", "e1", 1)])).rejects.toThrow();
      expect(await readFile(path, "utf8")).toBe(text);
    },
  );

  test("LIB-10: files of other names are left alone, a broken message is refused", async () => {
    const outbox = join(folder, "outbox");
    await fileOutbox(outbox).save(message(1));
    await writeFile(join(outbox, "README"), "mine");
    expect(await fileOutbox(outbox).load()).toHaveLength(1);
    await writeFile(join(outbox, `000000000000002-${id(2)}.json`), "{}");
    await expect(fileOutbox(outbox).load()).rejects.toThrow(/does not hold a message/u);
  });

  test("LIB-10: a storage key with something else in it is refused", () => {
    const storage = new FakeStorage();
    storage.setItem("latido", '{"a":1}');
    expect(() => localStoragePositions("latido", storage).load()).toThrow(/latido/u);
    expect(() => localStorageOutbox("latido", storage).load()).toThrow(/latido/u);
  });
});

function at(stream: string, epoch: string, lastEventId: number) {
  return { stream, epoch, lastEventId };
}

function id(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

function message(n: number): StoredMessage {
  return { messageId: id(n), event: "chat", payload: { n }, scope: { place: "demo" } };
}
