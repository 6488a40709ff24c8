// A program of somebody's own: whoever has a token can send any frame, so the server has to check them all.

import { WebSocket, type RawData } from "ws";

import { decodeServerFrame } from "../client/index.js";

/** Sends one MESSAGE by hand; answers the code of the ERROR, or `accepted`. */
export async function rawMessage(
  url: string,
  userId: string,
  token: string,
  message: { readonly event: string; readonly scope: object; readonly payload: unknown },
): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url}?userId=${userId}`, "latido.v1", { headers });
  const messageId = crypto.randomUUID();
  try {
    return await new Promise((resolve, reject) => {
      socket.on("error", reject).on("close", (code) => {
        reject(new Error(`closed with ${code}`));
      });
      socket.on("message", (data: RawData) => {
        const frame = decodeServerFrame(JSON.parse((data as Buffer).toString("utf8")));
        if (frame.kind !== "frame") return;
        switch (frame.frame.type) {
          case "CONNECT":
            socket.send(JSON.stringify({ type: "MESSAGE", messageId, ...message }));
            return;
          case "MESSAGE_ACK":
            resolve("accepted");
            return;
          case "ERROR":
            resolve(frame.frame.code);
            return;
          default: // events and presence
        }
      });
    });
  } finally {
    socket.close(1000);
  }
}
