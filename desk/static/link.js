// The socket to the desk: opens again after a loss, and goes on from the last word that was seen.

const SIGNED_OUT = 4401;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 8_000;

export class Link {
  constructor(ticket, handlers) {
    this.ticket = ticket;
    this.handlers = handlers;
    this.since = 0;
    this.waitMs = FIRST_WAIT_MS;
    this.open();
  }

  open() {
    const query = new URLSearchParams({ since: String(this.since) });
    if (this.ticket) query.set("ticket", this.ticket);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/inbox/socket?${query}`);
    this.socket.addEventListener("open", () => {
      this.waitMs = FIRST_WAIT_MS;
      this.handlers.connected();
    });
    this.socket.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
    this.socket.addEventListener("close", (event) => this.lost(event.code));
  }

  take(frame) {
    if (frame.type === "word") this.since = Math.max(this.since, frame.seq);
    this.handlers[frame.type]?.(frame);
  }

  lost(code) {
    if (code === SIGNED_OUT) {
      location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    this.handlers.lost();
    window.setTimeout(() => this.open(), this.waitMs * (0.75 + Math.random() / 2));
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }

  send(frame) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }
}
