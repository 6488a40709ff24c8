import { CLOSE_CODES } from "../generated/typescript/tables.js";
import { announcedHeads, expiryOf, streamsRefusal, tokenLife } from "./admission.js";
import type { Identity, Verdict } from "./auth.js";
import { whenDone } from "./awaiting.js";
import { tokenRefreshedFrame } from "./frames.js";
import type { Hub, HubParts } from "./hub.js";
import type { Link } from "./link.js";
import { read, reply } from "./store-replies.js";

/** What the hub does with a new token of a running session. */
export class TokenActions {
  constructor(
    private readonly hub: Hub,
    private readonly parts: HubParts,
    private readonly stamp: () => string,
  ) {}

  refresh(link: Link, token: string): void {
    whenDone(
      () => this.parts.authenticate(link.userId, token, this.parts.clock.wallTime()),
      (verdict) => {
        this.#judged(link, verdict);
      },
      (error) => {
        this.hub.failed(error);
        link.deliver(reply({ to: "token", refused: "the token cannot be judged now" }));
      },
    );
  }

  #judged(link: Link, verdict: Verdict): void {
    switch (verdict.kind) {
      case "accepted":
        this.#accepted(link, verdict.identity);
        return;
      case "expired":
        link.deliver(reply({ to: "token", refused: "the token has expired" }));
        return;
      case "unacceptable":
        link.deliver(reply({ to: "token", refused: verdict.why }));
        return;
      case "forbidden":
        link.deliver({
          name: "answer:refused",
          refusal: { code: CLOSE_CODES.forbidden, reason: verdict.why }, // AUTH-13
        });
    }
  }

  #accepted(link: Link, identity: Identity): void {
    const refusal = streamsRefusal(identity, this.hub.settings);
    if (identity.expiresInMs === undefined) {
      link.deliver(reply({ to: "token", refused: "no tokens are needed here" }));
    } else if (refusal !== undefined) link.deliver({ name: "answer:refused", refusal });
    else this.#reseat(link, identity);
  }

  /** AUTH-10, AUTH-15: the new set replaces the old one as CONNECT would. */
  #reseat(link: Link, identity: Identity): void {
    whenDone(
      () =>
        this.hub.audiences.seats(identity, (seats) => {
          if (link.seats !== undefined) this.hub.seating.seat(link, seats);
        }),
      (seats) => {
        if (link.seats !== seats) return; // the session ended meanwhile
        whenDone(
          () => announcedHeads(this.hub.store, link, seats),
          (heads) => {
            const life = tokenLife(identity, this.hub.settings);
            if (life === undefined) return;
            const frame = tokenRefreshedFrame(this.stamp(), life, seats.shared.modules, heads);
            const expiresAt = expiryOf(identity, this.hub.now());
            link.deliver(reply({ to: "token", grant: { set: link, frame, expiresAt } }));
            // AUTH-10: as after CONNECT, every group is told
            link.deliver(read(seats.shared.groups.flatMap((group) => group.stateFrame() ?? [])));
          },
          this.#failed,
        );
        const { groupNames } = seats.shared;
        whenDone(
          () => this.hub.store.presence.regroup(link.fence, groupNames),
          nothing,
          (error) => {
            link.owesPresence = true;
            this.#failed(error);
          },
        );
      },
      this.#failed,
    );
  }

  readonly #failed = (error: unknown): void => {
    this.hub.failed(error);
  };
}

function nothing(): void {
  // The answer says nothing.
}
