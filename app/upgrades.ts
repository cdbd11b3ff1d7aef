import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Takes over a connection whose request asks for another protocol. @returns false when it is not its own */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/** Headers that speak of the change of protocol only. */
const aboutUpgrade = new Set(["connection", "upgrade", "http2-settings"]);

/**
 * Lets `handler` take upgrades. Whoever listens for upgrades gets those of every path, and a client may offer one that means
 * nothing here (`curl --http2` does with its first request): such a request is served as if it had not, as Node does while
 * nobody listens.
 */
export function acceptUpgrades(server: Server, handler: UpgradeHandler): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!handler(request, socket, head)) {
      giveBack(server, request, socket, head);
    }
  });
}

/** Feeds the request to the server again, without its offer. The connection ends with the answer: it happens once to each. */
function giveBack(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { rawHeaders } = request;
  let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!aboutUpgrade.has(rawHeaders[at]!.toLowerCase())) {
      text += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
    }
  }
  text += "Connection: close\r\n\r\n";
  socket.unshift(Buffer.concat([Buffer.from(text, "latin1"), head]));
  server.emit("connection", socket);
}
