// What to tell a person whose client does not come.

/** After a while without any dial. */
export const NO_CLIENT: readonly string[] = [
  "no client has come yet: open the page's address in a browser on the client's machine; if that fails it is the network (same Wi-Fi? a firewall? --host 0.0.0.0 lets other machines in)",
  "the client's address begins with ws://, not wss://, and it must dial the path / with userId in the query",
  "phones may forbid plain ws://: Android needs usesCleartextTraffic, iOS an exception of App Transport Security, and a page from https:// cannot open it at all",
];

export const STOPPED_AS_IT_MUST =
  "the client has stopped, as this code demands; connect it again by hand for the next one, or end here with Ctrl-C";
