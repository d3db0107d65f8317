// The line to the door: a websocket, or long polls where sockets are blocked; mends itself with growing pauses.

import { ask, DoorError } from "./session.js";

const GREETING_MS = 6_000; // a proxy may accept a socket and then pass nothing on
const POLL_SECONDS = 25;
const SOCKET_AGAIN_MS = 300_000; // how long to poll before a socket is tried once more
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const CLOSED = { unauthorized: 4401, over: 4409 };
const REASONS = { 4401: true, 4409: true };
const FOR_THE_LINE = new Set(["unauthorized", "conversation_over"]); // errors that we mend, the customer need not know
const FATAL = new Set(["origin"]);

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

// Calls back: onJoin(conversation), onFrame(frame), onStatus("idle"|"connecting"|"online"|"offline"|"refused"), since() → number.
export class Transport {
  constructor(server, session, { onJoin, onFrame, onStatus, since }) {
    Object.assign(this, { server, session, onJoin, onFrame, onStatus, since });
    this.status = "idle";
    this.running = false;
    this.fails = 0;
    this.posts = Promise.resolve();
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.hangUp());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  become(status) {
    if (status === "online") this.fails = 0;
    if (status === this.status) return;
    this.status = status;
    this.onStatus(status);
  }

  start() {
    this.stopping = false;
    if (this.running) return;
    this.running = true;
    this.run().finally(() => (this.running = false));
  }

  // Ends the line for good, until `start` is called again.
  stop() {
    this.stopping = true;
    this.hangUp();
    this.wake();
  }

  // Drops the connection; the loop makes a new one.
  hangUp() {
    this.cut?.();
    this.polling?.abort();
  }

  // Cuts a pause short.
  wake() {
    this.resting?.abort();
  }

  async run() {
    this.become("connecting");
    while (!this.stopping) {
      try {
        const token = await this.session.token();
        this.onJoin(this.session.conversation);
        if (this.stopping) break;
        if (!(await this.bySocket(token)) && !this.stopping) await this.byPolls(token);
      } catch (error) {
        if (this.given(error)) return this.become("refused");
      }
      if (this.stopping) break;
      this.become("offline");
      await this.rest();
    }
    this.become("idle");
  }

  // What an error of the door means for the line; true when trying again is no use.
  given(error) {
    if (!(error instanceof DoorError)) return false;
    if (error.status === 401) this.session.expire();
    if (error.status === 409) this.session.forget();
    if (error.retryAfter) this.atLeast = error.retryAfter * 1000;
    return FATAL.has(error.code);
  }

  async rest() {
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.fails++);
    const wait = Math.max(most * (0.5 + Math.random() / 2), this.atLeast ?? 0);
    this.atLeast = 0;
    this.resting = new AbortController();
    await pause(wait, this.resting.signal);
  }

  // Resolves when the socket has ended: true when it had worked, or was closed for a reason that polls share.
  bySocket(token) {
    return new Promise((resolve) => {
      const url = new URL("api/web/socket", this.server);
      url.protocol = url.protocol.replace("http", "ws");
      const socket = new WebSocket(url);
      let greeted = false;
      const end = (code) => {
        clearTimeout(patience);
        socket.onmessage = socket.onclose = null;
        socket.close(); // does nothing on one that is closed; a dead line is not waited for
        this.socket = this.cut = null;
        if (code === CLOSED.unauthorized) this.session.expire();
        if (code === CLOSED.over) this.session.forget();
        resolve(greeted || code in REASONS);
      };
      const patience = setTimeout(end, GREETING_MS, 1006);
      this.socket = socket;
      this.cut = () => end(1006);
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", v: 1, token, since: this.since() }));
      socket.onclose = ({ code }) => end(code);
      socket.onmessage = ({ data }) => {
        clearTimeout(patience);
        const frame = parse(data);
        if (!frame || FOR_THE_LINE.has(frame.code)) return;
        this.onFrame(frame);
        if (greeted || frame.type !== "state") return;
        greeted = true; // all that was missed has been told
        this.become("online");
      };
    });
  }

  // Returns when it is time to try a socket again; throws when the door cannot be reached.
  async byPolls(token) {
    this.polling = new AbortController();
    const { signal } = this.polling;
    const until = Date.now() + SOCKET_AGAIN_MS;
    this.pollToken = token;
    try {
      for (let wait = 0, since = this.since(); Date.now() < until; wait = POLL_SECONDS) {
        const began = Date.now();
        const told = await ask(new URL(`api/web/messages?since=${since}&wait=${wait}`, this.server), { token, signal });
        told.frames.forEach(this.onFrame);
        if (signal.aborted) return;
        this.become("online");
        if (told.since === since) await pause(Math.min(1_000, began + 1_000 - Date.now()), signal); // never a hot loop
        since = told.since;
      }
    } finally {
      this.pollToken = null;
    }
  }

  // Sends a frame if the line is up. What needs certainty waits for its ack and is sent again by the caller.
  send(frame) {
    if (this.status !== "online") return false;
    if (this.pollToken) {
      this.posts = this.posts.then(() => this.post(frame)); // one after the other, so that their order is kept
      return true;
    }
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  async post(frame) {
    if (frame.type === "typing") return;
    try {
      const answer = await ask(new URL("api/web/messages", this.server), { body: frame, token: this.pollToken });
      if (answer.type) this.onFrame(answer);
    } catch (error) {
      if (!(error instanceof DoorError) || error.status === 401 || error.status === 409) return this.hangUp();
      const { code, sentence: message, retryAfter: retry_after } = error;
      this.onFrame({ type: "error", code, message, retry_after, id: frame.id });
    }
  }
}

function parse(data) {
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame === "object" ? frame : null;
  } catch {
    return null;
  }
}
