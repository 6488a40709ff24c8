// Everybody of the evening, each with a token and devices of their own.

import type { Scope } from "../client/index.js";
import type { Answer } from "../devices/ask.js";
import { DutyRoster } from "../devices/duty-roster.js";
import { KitchenRail } from "../devices/kitchen-rail.js";
import { OrderPad } from "../devices/order-pad.js";
import type { Screen } from "../devices/screen.js";
import { dishes } from "../devices/texts.js";
import type { House } from "../house/house.js";
import type { Invalidate } from "../house/invalidate.js";
import type { Webhook } from "../house/webhook.js";
import { administrator, diner, kitchenDisplay, waiter } from "../people.js";
import { sector } from "../places.js";
import type { FlakyNetwork } from "./flaky-network.js";
import { allHear, type Stage } from "./stage.js";

/** A part of the story. What everybody saw of it is printed at its end. */
export interface Act {
  readonly title: string;
  readonly play: (cast: Cast) => Promise<void>;
}

export interface Cast {
  readonly stage: Stage;
  readonly house: House;
  /** Where the server asks the house. */
  readonly webhook: Webhook;
  readonly invalidate: Invalidate;
  /** The server, for a program of somebody's own. */
  readonly url: string;
  /** Between wanda's phone and the server. */
  readonly network: FlakyNetwork;
  readonly ada: Screen;
  readonly roster: DutyRoster;
  readonly cook: Screen;
  readonly rail: KitchenRail;
  readonly wanda: Screen;
  readonly wandasPad: OrderPad;
  readonly hugo: Screen;
  readonly hugosPad: OrderPad;
  /** The party at table 7, and the one that sat there before. */
  readonly seven: Scope;
  readonly sevenBefore: Scope;
  readonly two: Scope;
  readonly nora: Screen;
  readonly teo: Screen;
  /** He was at table 7 before. His token has not ended yet. */
  readonly paul: Screen;
  readonly iris: Screen;
}

/** What is there before anybody comes. */
export type Surroundings = Pick<
  Cast,
  "stage" | "house" | "webhook" | "invalidate" | "url" | "network"
>;

export async function gather(around: Surroundings): Promise<Cast> {
  const { stage, house, url, network } = around;
  const ada = await stage.enter(administrator("ada"), url);
  const cook = await stage.enter(kitchenDisplay("cook"), url, { startFrom: "earliest" });
  const wanda = await stage.enter(waiter("wanda", "terrace"), network.url);
  const hugo = await stage.enter(waiter("hugo", "hall"), url);
  const roster = new DutyRoster(ada.client, (userId) => {
    ada.note(`${userId} has left`);
  });
  const devices = {
    roster,
    rail: new KitchenRail(cook.client, async () => await Promise.resolve(house.tickets)),
    wandasPad: padOf(wanda, "terrace"),
    hugosPad: padOf(hugo, "hall"),
  };

  const sevenBefore = await house.openTable("7", "terrace", 1);
  await house.closeTable("7");
  const seven = await house.openTable("7", "terrace", 2);
  const two = await house.openTable("2", "hall", 1);
  const visits = { sevenBefore, seven, two };
  await allHear("table_opened", ada, wanda, hugo);
  await allHear("table_opened", ada, wanda);
  await allHear("table_opened", ada);

  const nora = await stage.enter(diner("nora", seven), url);
  const teo = await stage.enter(diner("teo", seven), url);
  const paul = await stage.enter(diner("paul", sevenBefore), url);
  const iris = await stage.enter(diner("iris", two), url);
  const staff = { ada, cook, wanda, hugo };
  return { ...around, ...devices, ...visits, ...staff, nora, teo, paul, iris };
}

function padOf(screen: Screen, ofSector: string): OrderPad {
  return new OrderPad(screen.client, sector(ofSector), ({ lines, state, because }) => {
    screen.note(`pad: ${dishes(lines)} [${state}]${because === undefined ? "" : ` ${because}`}`);
  });
}

/** Prints what became of a request that was to be refused. */
export function noteAnswer(screen: Screen, request: string, answer: Answer): void {
  const words = answer.status === "refused" ? `refused: ${answer.because}` : answer.status;
  screen.note(`${request}: ${words}`);
}
