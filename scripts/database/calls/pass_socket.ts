/** A websocket that is passed on: what one side says the other hears. */

/** Takes a handshake and opens the same socket at `address`. */
export function passSocket(request: Request, address: string): Response {
  const { socket: near, response } = Deno.upgradeWebSocket(request);
  const far = new WebSocket(address);
  near.binaryType = far.binaryType = "arraybuffer";
  const waiting: (string | ArrayBuffer)[] = [];
  near.addEventListener("message", ({ data }) => {
    if (far.readyState === WebSocket.OPEN) far.send(data);
    else waiting.push(data);
  });
  far.addEventListener("open", () => {
    for (const data of waiting.splice(0)) far.send(data);
  });
  far.addEventListener("message", ({ data }) => {
    if (near.readyState === WebSocket.OPEN) near.send(data);
  });
  const pair = [near, far] as const;
  for (const socket of pair) {
    socket.addEventListener("error", (event) => event.preventDefault()); // a close follows
    socket.addEventListener("close", () => pair.forEach((one) => one.close()));
  }
  return response;
}
