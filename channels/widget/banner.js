// What stands above the talk: trouble with the line, a sentence of the door, the place in the queue.

import { button, clock, h, icon } from "./dom.js";
import { safeAddress } from "./markdown.js";
import { WORDS } from "./words.js";

const PATIENCE_MS = 1_200; // a short break is mended before anybody need know
const NOTICE_MS = 12_000;

export class Banner {
  constructor(talk, { announce, phone }) {
    Object.assign(this, { talk, announce, phone });
    this.trouble = h("div", { class: "trouble", hidden: true });
    this.notice = h("div", { class: "notice", role: "alert", hidden: true });
    this.queue = h("section", { class: "queue", hidden: true, "aria-label": WORDS.queueTitle });
    this.root = h("div", { class: "banners" }, this.queue, this.trouble, this.notice);
    talk.addEventListener("notice", ({ detail }) => this.say(detail));
  }

  // A sentence that goes by itself.
  say(sentence) {
    clearTimeout(this.going);
    const close = h("button", { type: "button", class: "tool", "aria-label": WORDS.dismiss, onclick: () => this.quiet() }, icon("close"));
    this.notice.replaceChildren(icon("info"), h("p", {}, sentence || WORDS.failure), close);
    this.notice.hidden = false;
    this.going = setTimeout(() => this.quiet(), NOTICE_MS);
  }

  quiet() {
    this.notice.hidden = true;
  }

  line(status) {
    clearTimeout(this.patience);
    if (status === "offline") this.patience = setTimeout(() => this.away(), PATIENCE_MS);
    else if (status === "refused") this.put(WORDS.refused, this.call());
    else if (status !== "connecting" && !this.trouble.hidden) {
      this.trouble.hidden = true;
      if (status === "online") this.announce(WORDS.online);
    }
  }

  away() {
    const again = button("small", WORDS.reconnect, () => this.talk.line.wake());
    this.put(WORDS.offline, h("p", {}, WORDS.offlineKept), h("p", { class: "ways" }, again, this.call()));
  }

  put(title, ...rest) {
    if (this.trouble.firstChild?.textContent !== title) this.announce(title);
    this.trouble.replaceChildren(h("p", {}, h("b", {}, title)), ...rest.filter(Boolean));
    this.trouble.hidden = false;
  }

  call() {
    const phone = this.phone();
    const href = phone && safeAddress(`tel:${phone.replace(/[^\d+]/g, "")}`);
    return href ? h("span", {}, WORDS.byPhone, h("a", { href }, phone)) : null;
  }

  refresh() {
    const { queue } = this.talk;
    this.queue.hidden = !queue;
    const state = JSON.stringify(queue);
    if (!queue || this.queue.dataset.state === state) return;
    this.queue.dataset.state = state;
    const place = placeOf(queue);
    const number = queue.ticket ? h("span", {}, WORDS.number, h("span", { class: "number" }, queue.ticket)) : null;
    this.queue.replaceChildren(h("b", {}, place), number ?? "");
    this.announce(place);
  }
}

// 「ただいま 3 番目です」, or when people are back, or call.
function placeOf({ position, minutes, opens_at, callback_at }) {
  if (callback_at) return WORDS.callback(moment(callback_at));
  if (opens_at) return WORDS.opens(moment(opens_at));
  return Number.isInteger(position) ? WORDS.position(position, minutes) : WORDS.queueTitle;
}

function moment(iso) {
  const at = new Date(iso);
  return `${WORDS.date(at.getMonth() + 1, at.getDate(), WORDS.weekdays[at.getDay()])} ${clock(iso)}`;
}
