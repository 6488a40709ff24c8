import type { Contract, Frame } from "../model.js";
import { breaksClients, breaksServers } from "./change.js";
import type { Change } from "./change.js";
import type { TypeComparison } from "./types.js";

/** Member of a frame that names it; it alone differs where a frame was renamed. */
const TYPE = ".type";

/**
 * Compares the frames of two protocols.
 *
 * @param rises whether the new protocol announces a later version of the same major number (CONN-25)
 */
export function compareFrames(
  old: Contract,
  now: Contract,
  types: TypeComparison,
  rises: boolean,
): readonly Change[] {
  const gone = old.frames.filter((frame) => counterpart(frame, now) === undefined);
  const come = now.frames.filter((frame) => counterpart(frame, old) === undefined);
  const renamed = new Map<Frame, Frame>();
  for (const frame of gone) {
    const taken = [...renamed.values()];
    const other = come.find((each) => !taken.includes(each) && isSame(frame, each, types));
    if (other !== undefined) renamed.set(frame, other);
  }
  const changes: Change[] = [];
  for (const frame of old.frames) {
    const next = counterpart(frame, now);
    const other = renamed.get(frame);
    if (other !== undefined) changes.push(renaming(frame, other));
    else if (next === undefined) {
      const turned = come.some(({ type }) => type === frame.type);
      changes.push(turned ? turnedAround(frame) : removed(frame));
    } else {
      const sender = next.sender === "client" ? "peer" : "server";
      const flow = { peer: "client", sender, root: `frame ${next.type}`, withheld: rises } as const;
      types.meet({ old: frame.name, new: next.name }, flow);
    }
  }
  const names = [...renamed.values()];
  const others = come.filter(
    (frame) => !names.includes(frame) && !gone.some(({ type }) => type === frame.type),
  );
  return [...changes, ...others.map((frame) => added(frame, rises))];
}

/** The frame of another contract with the same type and sender; both sides may send one of the same type. */
function counterpart({ type, sender }: Frame, { frames }: Contract): Frame | undefined {
  return frames.find((frame) => frame.type === type && frame.sender === sender);
}

function isSame(a: Frame, b: Frame, types: TypeComparison): boolean {
  return a.sender === b.sender && types.same({ old: a.name, new: b.name }, [TYPE]);
}

function renaming(old: Frame, now: Frame): Change {
  const breaks =
    old.sender === "client"
      ? [
          breaksClients(`a new server answers ${old.type} with ERROR unknown_type`),
          breaksServers(`an old server answers ${now.type} with ERROR unknown_type`),
        ]
      : [
          breaksClients(`an old client ignores ${now.type} and waits for ${old.type}`),
          breaksServers(`a new client ignores ${old.type} and waits for ${now.type}`),
        ];
  return { subject: `frame ${old.type}`, change: `renamed ${now.type}`, breaks };
}

function removed({ type, sender }: Frame): Change {
  const why =
    sender === "client"
      ? "a new server answers it with ERROR unknown_type"
      : "an old client waits for what a new server does not send";
  return { subject: `frame ${type}`, change: "removed", breaks: [breaksClients(why)] };
}

function turnedAround({ type, sender }: Frame): Change {
  const breaks = [
    breaksClients(`an old client takes it for a frame from the ${sender}`),
    breaksServers(`an old server takes it for a frame from the ${sender}`),
  ];
  const change = `sent by the ${sender === "client" ? "server" : "client"} now`;
  return { subject: `frame ${type}`, change, breaks };
}

function added({ type, sender }: Frame, rises: boolean): Change {
  const subject = `frame ${type}`;
  const change = `added, sent by the ${sender}`;
  if (sender === "server") {
    return { subject, change, breaks: [], note: "an old client ignores it (FRAME-8)" };
  }
  if (rises) {
    const note = "clients send it only to a server that announces the new version (CONN-25)";
    return { subject, change, breaks: [], note };
  }
  const why = "an old server answers it with ERROR unknown_type; raise the protocol version";
  return { subject, change, breaks: [breaksServers(why)] };
}
