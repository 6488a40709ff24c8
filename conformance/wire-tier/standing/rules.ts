import type { StandingRule } from "../../cases/case.js";
import type { Contract } from "../../contract.js";
import {
  attemptRises,
  deviceId,
  dialsWithUser,
  intentAgeRises,
  offersV1,
  tokenEveryTime,
  tokenOutOfUrl,
} from "./dials.js";
import {
  credit,
  framesWithinLimit,
  jsonFrames,
  knownTypes,
  messageIds,
  namedTypes,
  oneSyncRequest,
  silentBeforeConnect,
} from "./frames.js";
import { messagesResent, presenceRepeated } from "./memory.js";
import type { Rule } from "./rule.js";
import { pongs, returns } from "./staying.js";
import { delaysRandom, firstHeartbeatRandom, heartbeatInterval } from "./timing.js";

/** Makes the state of each rule afresh for each run. */
export const RULES: Readonly<Record<StandingRule, (contract: Contract) => Rule>> = {
  dials_with_user: dialsWithUser,
  offers_v1: offersV1,
  device_id: deviceId,
  attempt_rises: attemptRises,
  intent_age_rises: intentAgeRises,
  token_out_of_url: tokenOutOfUrl,
  token_every_time: tokenEveryTime,
  json_frames: jsonFrames,
  named_types: namedTypes,
  known_types: knownTypes,
  message_ids: messageIds,
  silent_before_connect: silentBeforeConnect,
  credit,
  one_sync_request: oneSyncRequest,
  frames_within_limit: framesWithinLimit,
  heartbeat_interval: heartbeatInterval,
  first_heartbeat_random: firstHeartbeatRandom,
  delays_random: delaysRandom,
  pongs,
  presence_repeated: presenceRepeated,
  messages_resent: messagesResent,
  returns,
};
