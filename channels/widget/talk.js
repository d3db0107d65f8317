// The talk as this page knows it: words by number, words not yet accepted, and who the customer is talking to.

import { uuid } from "./vault.js";

const ACK_MS = 10_000; // unanswered for so long: the line is dead although it looks open
const STALE_MS = 600_000; // older unsent words are not sent without asking
const TYPING_MS = 5_000;
const THINKING_MS = 10_000;
const AGAIN = new Set(["internal", "unavailable", "too_fast"]);

// Emits "change"; "notice" (detail: a sentence to show); "return" (detail: text to give back to the input field).
export class Talk extends EventTarget {
  constructor(vault) {
    super();
    this.vault = vault;
    this.line = null; // the transport, set by who joins us
    this.conversation = null;
    this.outbox = vault.all("out:").sort((a, b) => a.at.localeCompare(b.at)).map(reopened);
    this.clear();
  }

  clear() {
    Object.assign(this, { words: new Map(), since: 0, seen: 0, talkingTo: "bot", queue: null, over: false, typing: null });
    this.requested = false; // a person, who would not come any more if the talk ended
    this.outbox = this.outbox.filter((item) => item.state !== "lost");
    this.verdicts = new Map(this.vault.get("verdicts") ?? []);
    this.agent = "";
    this.number = null; // 受付番号, kept for the record after the queue is over
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  get shown() {
    return [...this.words.values()].sort((a, b) => a.seq - b.seq);
  }

  get unsent() {
    return this.outbox.filter((item) => item.type !== "feedback");
  }

  get begun() {
    return this.words.size > 0 || this.unsent.length > 0;
  }

  // Whether the other side had the last word.
  get answered() {
    const last = this.shown.at(-1);
    return !this.unsent.length && Boolean(last) && last.from !== "customer";
  }

  get agentName() {
    const last = this.shown.findLast((word) => word.from === "agent");
    return this.talkingTo === "agent" ? this.agent || last?.name || "" : "";
  }

  // Words from the other side that the customer has not had on the screen, in this or another tab.
  get unread() {
    const { conversation, seq = 0 } = this.vault.get("read") ?? {};
    const after = conversation === this.conversation ? seq : 0;
    return this.shown.filter((word) => word.from !== "customer" && word.seq > after).length;
  }

  markRead() {
    if (this.unread) this.vault.set("read", { conversation: this.conversation, seq: this.since });
  }

  // A person reads how far their words were on the screen. Told again when the line was down.
  saw(seq) {
    if (seq > this.seen && this.line.send({ type: "seen", seq })) this.seen = seq;
  }

  // The line has this conversation; what is shown of another one goes.
  join(conversation) {
    if (this.conversation !== conversation) this.clear();
    this.conversation = conversation;
  }

  // --- what the customer does ---

  say(text) {
    this.put({ type: "message", id: uuid(), text });
  }

  choose(choice) {
    this.put({ type: "choice", id: uuid(), payload: choice.payload, text: choice.title });
  }

  rate(exchange_id, value) {
    this.verdicts.set(exchange_id, value);
    this.vault.set("verdicts", [...this.verdicts].slice(-50));
    this.put({ type: "feedback", id: uuid(), exchange_id, value });
  }

  put(item) {
    Object.assign(item, { at: new Date().toISOString(), state: "sending" });
    this.outbox.push(item);
    this.vault.set(`out:${item.id}`, item);
    this.changed();
    this.line.start();
    this.deliver(item);
  }

  retry(id) {
    const item = this.outbox.find((one) => one.id === id);
    if (!item) return;
    Object.assign(item, { state: "sending", error: null });
    this.changed();
    this.line.start();
    this.deliver(item);
  }

  drop(id) {
    this.outbox = this.outbox.filter((item) => item.id !== id);
    this.vault.remove(`out:${id}`);
    this.changed();
  }

  // Another tab had this one accepted, or took it back.
  forget(id) {
    if (this.outbox.some((item) => item.id === id)) this.drop(id);
  }

  // The conversation is over: nothing more is sent in it, and what was not sent says so.
  finish() {
    this.outbox = this.unsent.map((item) => ({ ...item, state: "lost" }));
    this.vault.all("out:").forEach(({ id }) => this.vault.remove(`out:${id}`));
    Object.assign(this, { over: true, talkingTo: "bot", queue: null, typing: null, conversation: null });
    this.changed();
  }

  // --- the line ---

  deliver({ state, at, error, text, ...frame }) {
    if (state !== "sending") return;
    if (frame.type === "message") frame.text = text;
    if (this.line.send(frame)) this.watch();
  }

  // Everything not yet accepted, in its order; the door knows what it has already (same id).
  deliverAll() {
    this.outbox.forEach((item) => this.deliver(item));
  }

  watch() {
    clearTimeout(this.watching);
    this.watching = setTimeout(() => {
      if (this.outbox.some((item) => item.state === "sending")) this.line.hangUp();
    }, ACK_MS);
  }

  receive(frame) {
    const take = { ack: this.onAck, message: this.onMessage, state: this.onState, typing: this.onTyping, error: this.onError };
    if (Object.hasOwn(take, frame.type)) take[frame.type].call(this, frame);
  }

  onAck({ id, seq }) {
    const item = this.outbox.find((one) => one.id === id);
    if (!item) return;
    if (item.type === "feedback") return this.drop(id);
    if (!this.words.has(seq)) this.words.set(seq, { ...ownWord(item), seq });
    this.drop(id);
    if (this.talkingTo === "bot") this.wait("thinking", THINKING_MS);
  }

  onMessage(frame) {
    if (!Number.isInteger(frame.seq) || typeof frame.text !== "string") return;
    const known = this.words.get(frame.seq);
    this.since = Math.max(this.since, frame.seq);
    this.words.set(frame.seq, { choices: [], ...frame });
    if (frame.from === "customer") {
      if (this.outbox.some((item) => item.id === frame.exchange_id)) this.onAck({ id: frame.exchange_id, seq: frame.seq });
    } else if (!known) {
      this.wait(null);
    }
    this.changed();
  }

  onState({ talking_to, queue, name, over }) {
    this.talkingTo = talking_to ?? "bot";
    this.queue = this.talkingTo === "queue" || queue?.callback_at ? (queue ?? {}) : null;
    this.requested = (this.talkingTo === "queue" || Boolean(queue)) && !queue?.message_left && !queue?.callback_at;
    this.number = queue?.ticket ?? this.number;
    this.agent = name ?? "";
    this.over = Boolean(over);
    if (this.talkingTo !== "bot" && this.typing === "thinking") this.wait(null);
    this.changed();
  }

  onTyping({ from }) {
    if (from === "bot" && this.answered) return; // the answer overtook the note
    if (from === "bot" || from === "agent") this.wait(from, TYPING_MS);
  }

  // Shows for a while that the other side is busy: "thinking" (we suppose), "bot" or "agent" (we were told).
  wait(who, ms) {
    clearTimeout(this.waiting);
    this.typing = who;
    if (who) this.waiting = setTimeout(() => this.wait(null), ms);
    this.changed();
  }

  onError({ id, code, message, retry_after }) {
    const item = this.outbox.find((one) => one.id === id);
    if (!item) return this.tell("notice", message);
    if (AGAIN.has(code)) {
      setTimeout(() => this.outbox.includes(item) && this.deliver(item), (retry_after || 3) * 1000);
      if (code === "too_fast") this.tell("notice", message);
      return;
    }
    if (item.type === "feedback") return this.drop(id);
    if (code === "too_long" || code === "empty") {
      this.drop(id);
      this.tell("return", item.text);
      return this.tell("notice", message);
    }
    Object.assign(item, { state: "failed", error: message });
    this.changed();
  }
}

// A word left over from an earlier page: sent again by itself only when it is fresh.
function reopened(item) {
  return Date.now() - Date.parse(item.at) < STALE_MS ? { ...item, state: "sending" } : { ...item, state: "stale" };
}

function ownWord({ id, text, at }) {
  return { from: "customer", text, at, choices: [], exchange_id: id };
}
