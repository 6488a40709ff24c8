import type { Store } from "../server/stores/store.js";

/**
 * A store as an instance sees it over a lossy fan-out: what is written and read always works, notices of
 * events and presence may get lost.
 * @param isLost asked for each notice
 */
export function lossyStore(store: Store, isLost: () => boolean): Store {
  const log = withSubscribe(store.log, (listener) =>
    store.log.subscribe({
      appended: (event) => {
        if (!isLost()) listener.appended(event);
      },
      invalidated: (stream, head) => {
        listener.invalidated(stream, head);
      },
    }),
  );
  const presence = withSubscribe(store.presence, (listener) =>
    store.presence.subscribe((group, userId, version) => {
      if (!isLost()) listener(group, userId, version);
    }),
  );
  return { ...store, log, presence };
}

/** The same object but for one method. */
function withSubscribe<Part extends { subscribe: unknown }>(
  part: Part,
  subscribe: Part["subscribe"],
): Part {
  return new Proxy(part, {
    get(target, key) {
      if (key === "subscribe") return subscribe;
      const member: unknown = Reflect.get(target, key);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
