// The words on the screen: one item each, kept and refreshed, in the order of their numbers.

import { button, clock, dayKey, h, hidden, icon, setText } from "./dom.js";
import { render } from "./markdown.js";
import { WORDS } from "./words.js";

const keyOf = (item) => (item.from === "customer" ? item.exchange_id || `s${item.seq}` : `s${item.seq}`);
const FACES = { bot: "bot", agent: "person", system: "info" };

export function speaker({ from, name }) {
  return from === "agent" ? WORDS.agent(name) : (WORDS[from] ?? WORDS.system);
}

export class Log {
  // `after` is called when the customer has used a button that then goes away, so that the focus has a home.
  constructor(talk, after) {
    Object.assign(this, { talk, after, nodes: new Map() });
    this.root = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": WORDS.log });
  }

  // Words with numbers first, then what is not yet accepted.
  items() {
    const unsent = this.talk.unsent.map((item) => ({ ...item, from: "customer", exchange_id: item.id, choices: [] }));
    return [...this.talk.shown, ...unsent];
  }

  sync() {
    const items = this.items();
    const offered = this.offered(items);
    const wanted = items.map((item, index) => {
      const node = this.nodeOf(item);
      this.refresh(node, item, { before: items[index - 1], after: items[index + 1], open: item === offered });
      return node;
    });
    const keys = new Set(items.map(keyOf));
    for (const [key, node] of this.nodes) {
      if (!keys.has(key)) node.remove(), this.nodes.delete(key);
    }
    wanted.forEach((node, index) => {
      if (this.root.children[index] !== node) this.root.insertBefore(node, this.root.children[index] ?? null);
    });
  }

  // The item whose choices can still be pressed: the last offer, unless the customer has said something since.
  // In the queue it stays open, so that waiting can be given up after a further word.
  offered(items) {
    const last = items.findLastIndex((item) => item.choices.length);
    const answered = items.findLastIndex((item) => item.from === "customer") > last;
    return last >= 0 && (!answered || this.talk.talkingTo === "queue") && !this.talk.over ? items[last] : null;
  }

  nodeOf(item) {
    const key = keyOf(item);
    if (!this.nodes.has(key)) this.nodes.set(key, this.build(item));
    return this.nodes.get(key);
  }

  build(item) {
    const face = FACES[item.from] ? h("span", { class: "face", "aria-hidden": "true" }, icon(FACES[item.from])) : null;
    return h("div", { class: `item ${item.from}`, "data-seq": item.seq },
      h("p", { class: "day", hidden: true }),
      h("p", { class: "who" }, face, h("span", { class: "name" }, speaker(item))),
      h("div", { class: "bubble" }),
      h("div", { class: "meta" }, h("time", { datetime: item.at }, clock(item.at)), this.rating(item), this.delivery(item)),
      this.choices(item));
  }

  choices(item) {
    if (!item.choices.length) return null;
    const press = (choice) => () => {
      this.talk.choose(choice);
      this.after();
    };
    const one = (choice) => button("choice", choice.title, press(choice), { "data-title": choice.title });
    return h("div", { class: "choices", role: "group", "aria-label": WORDS.choices }, ...item.choices.map(one));
  }

  rating(item) {
    if (item.from !== "bot" || !item.article_id || !item.exchange_id) return null;
    const thumb = (value, shape, label) =>
      h("button", { type: "button", class: "thumb", "data-value": value, "aria-label": label, "aria-pressed": "false", title: label,
        onclick: () => this.rate(item.exchange_id, value) }, icon(shape));
    return h("span", { class: "rating", role: "group", "aria-label": WORDS.helpful },
      thumb("solved", "up", WORDS.solved), thumb("not_solved", "down", WORDS.notSolved));
  }

  rate(exchange, value) {
    if (this.talk.verdicts.has(exchange)) return;
    this.talk.rate(exchange, value);
    this.talk.tell("status", WORDS.rated);
  }

  delivery(item) {
    return item.from === "customer" ? h("span", { class: "delivery" }) : null;
  }

  refresh(node, item, { before, after, open }) {
    const day = dayOf(item, before);
    const label = node.querySelector(".day");
    label.hidden = !day;
    setText(label, day);
    const grouped = before && !day && before.from === item.from && before.name === item.name;
    node.classList.toggle("grouped", Boolean(grouped));
    node.classList.toggle("joined", after?.from === item.from && after.name === item.name && clock(after.at) === clock(item.at));
    node.classList.toggle("unsent", Boolean(item.state));
    this.refreshText(node, item);
    this.refreshChoices(node, open, after);
    this.refreshRating(node, item);
    this.refreshDelivery(node, item);
  }

  // The door may clean what the customer wrote; what it keeps is what is shown.
  refreshText(node, { text, from }) {
    if (node.dataset.text === text) return;
    node.dataset.text = text;
    node.querySelector(".bubble").replaceChildren(render(text, from === "bot" || from === "system"));
  }

  refreshChoices(node, open, after) {
    for (const choice of node.querySelectorAll(".choice")) {
      const taken = !open && after?.from === "customer" && after.text === choice.dataset.title;
      choice.disabled = !open;
      if (taken && !choice.classList.contains("taken")) choice.append(hidden(WORDS.taken), icon("check"));
      choice.classList.toggle("taken", taken || choice.classList.contains("taken"));
    }
  }

  refreshRating(node, item) {
    const verdict = this.talk.verdicts.get(item.exchange_id);
    for (const thumb of node.querySelectorAll(".thumb")) {
      thumb.setAttribute("aria-pressed", String(verdict === thumb.dataset.value));
      if (verdict) thumb.setAttribute("aria-disabled", "true");
    }
  }

  refreshDelivery(node, item) {
    const place = node.querySelector(".delivery");
    if (!place || place.dataset.state === this.deliveryState(item)) return;
    const state = (place.dataset.state = this.deliveryState(item));
    const troubled = state === "failed" || state === "stale"; // not "lost": there is nowhere to send it again
    place.replaceChildren(h("span", {}, troubled ? item.error || WORDS[state] : WORDS[state]));
    if (!troubled) return;
    place.append(
      button("small", WORDS.retry, () => (this.after(), this.talk.retry(item.id))),
      button("small", WORDS.discard, () => (this.after(), this.talk.drop(item.id))));
  }

  deliveryState({ state }) {
    if (!state) return "sent";
    return state === "sending" && this.talk.line.status !== "online" ? "waiting" : state;
  }
}

// The heading of a new day; none for a talk of today.
function dayOf(item, before) {
  const key = dayKey(item.at);
  if (before ? dayKey(before.at) === key : key === dayKey(new Date().toISOString())) return "";
  const at = new Date(item.at);
  return WORDS.date(at.getMonth() + 1, at.getDate(), WORDS.weekdays[at.getDay()]);
}
