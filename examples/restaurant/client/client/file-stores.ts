import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { StreamPosition } from "../messages.js";
import { isStoredMessage, isStreamPosition } from "./stored-check.js";
import type { StoredMessage } from "./stored.js";
import type { OutboxStore, PositionStore } from "./stores.js";

/** Ordered names: the number of the message among those ever stored here, then its id. */
const MESSAGE_FILE = /^(\d{15})-([0-9A-Fa-f-]{36})\.json$/u;

const DRAFT_ENDING = ".tmp";

/**
 * Positions in one JSON file, replaced as a whole (Node only). One client at a time may use it.
 * @param path the file; its folder is made where it is missing.
 * @throws (by `load`) when the file exists and cannot be read or holds something else.
 */
export function filePositions(path: string): PositionStore {
  let positions: Map<string, StreamPosition> | undefined;
  const read = async (): Promise<Map<string, StreamPosition>> => {
    await removeDrafts(dirname(path), (name) => name === basename(path));
    const text = await readIfExists(path);
    const values: unknown = text === undefined ? [] : JSON.parse(text);
    if (!Array.isArray(values) || !values.every(isStreamPosition)) {
      throw new Error(`${path} does not hold positions`);
    }
    return new Map(values.map((position) => [position.stream, position]));
  };
  return {
    async load() {
      positions = await read();
      return [...positions.values()];
    },
    async save(changed) {
      positions ??= await read();
      for (const position of changed) positions.set(position.stream, position);
      await replaceFile(path, JSON.stringify([...positions.values()]));
    },
  };
}

/**
 * An outbox as a folder with one file a message (Node only). One client at a time may use it.
 * @param folder made where it is missing; files of other names in it are left alone.
 * @throws (by `load`) when a message's file cannot be read or holds something else.
 */
export function fileOutbox(folder: string): OutboxStore {
  let names: Map<string, string> | undefined;
  let next = 1;
  const list = async (): Promise<Map<string, string>> => {
    await removeDrafts(folder, (name) => MESSAGE_FILE.test(name));
    const found = await messageFiles(folder);
    next = Math.max(next, ...found.map(({ number }) => number + 1));
    return new Map(found.map(({ messageId, name }) => [messageId, name]));
  };
  return {
    persistent: true,
    async load() {
      names = await list();
      return Promise.all([...names.values()].map((name) => readMessage(join(folder, name))));
    },
    async save(message) {
      names ??= await list();
      const known = names.get(message.messageId);
      const name = known ?? `${String(next).padStart(15, "0")}-${message.messageId}.json`;
      if (known === undefined) next += 1;
      names.set(message.messageId, name);
      await replaceFile(join(folder, name), JSON.stringify(message));
    },
    async remove(messageId) {
      names ??= await list();
      const name = names.get(messageId);
      if (name === undefined) return;
      await rm(join(folder, name), { force: true });
      names.delete(messageId);
    },
  };
}

interface MessageFile {
  readonly name: string;
  readonly number: number;
  readonly messageId: string;
}

/** In the order in which the messages were first saved. */
async function messageFiles(folder: string): Promise<readonly MessageFile[]> {
  const names = await readdir(folder).catch(ifMissing([] as string[]));
  return names.sort().flatMap((name) => {
    const [, number, messageId] = MESSAGE_FILE.exec(name) ?? [];
    if (number === undefined || messageId === undefined) return [];
    return [{ name, number: Number(number), messageId }];
  });
}

async function readMessage(path: string): Promise<StoredMessage> {
  const value: unknown = JSON.parse(await readFile(path, "utf8"));
  if (!isStoredMessage(value)) throw new Error(`${path} does not hold a message`);
  return value;
}

async function readIfExists(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(ifMissing(undefined));
}

/** The old content or the new, whole, even where the process or the machine stops in between. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}${DRAFT_ENDING}`;
  try {
    const file = await open(draft, "wx");
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename last. Platforms that cannot do it do not need it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Clears what a process that stopped while it wrote has left of some files. */
async function removeDrafts(folder: string, isOwn: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []); // whoever reads the folder tells
  const drafts = names.filter((name) => {
    if (!name.endsWith(DRAFT_ENDING)) return false;
    const stem = name.slice(0, -DRAFT_ENDING.length);
    return isOwn(stem.slice(0, Math.max(stem.lastIndexOf("."), 0)));
  });
  // One that stays is read by nobody.
  await Promise.allSettled(drafts.map((name) => rm(join(folder, name), { force: true })));
}

function ifMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return value;
    throw error;
  };
}
