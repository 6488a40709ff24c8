import type { StreamPosition } from "../messages.js";
import { isStoredMessage, isStreamPosition } from "./stored-check.js";
import type { StoredMessage } from "./stored.js";
import type { OutboxStore, PositionStore } from "./stores.js";

/** The part of a browser's `localStorage` that is used. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * Positions under one key of `localStorage`. Two tabs must not share a key: give each user, device and
 * tab that may run at once a key of its own.
 * @param storage by default the page's `localStorage`.
 * @throws (by `load`) when the key holds something else.
 */
export function localStoragePositions(
  key: string,
  storage: KeyValueStorage = globalThis.localStorage,
): PositionStore {
  const read = (): readonly StreamPosition[] => readList(storage, key, isStreamPosition);
  return {
    load: read,
    save(changed) {
      const positions = new Map(
        [...read(), ...changed].map((position) => [position.stream, position]),
      );
      storage.setItem(key, JSON.stringify([...positions.values()]));
    },
  };
}

/**
 * An outbox under one key of `localStorage`; the same holds for sharing it.
 * @param storage by default the page's `localStorage`. Browsers give a page about 5 MB: beyond that a
 * send fails as `store_failed`.
 * @throws (by `load`) when the key holds something else.
 */
export function localStorageOutbox(
  key: string,
  storage: KeyValueStorage = globalThis.localStorage,
): OutboxStore {
  const read = (): readonly StoredMessage[] => readList(storage, key, isStoredMessage);
  const write = (messages: readonly StoredMessage[]): void => {
    storage.setItem(key, JSON.stringify(messages));
  };
  return {
    persistent: true,
    load: read,
    save(message) {
      const messages = read();
      const isNew = messages.every(({ messageId }) => messageId !== message.messageId);
      if (isNew) write([...messages, message]);
      else
        write(messages.map((other) => (other.messageId === message.messageId ? message : other)));
    },
    remove(messageId) {
      write(read().filter((message) => message.messageId !== messageId));
    },
  };
}

function readList<Value>(
  storage: KeyValueStorage,
  key: string,
  isValue: (value: unknown) => value is Value,
): readonly Value[] {
  const text = storage.getItem(key);
  const values: unknown = text === null ? [] : JSON.parse(text);
  if (Array.isArray(values) && values.every(isValue)) return values;
  throw new Error(`The storage key ${key} holds something else`);
}
