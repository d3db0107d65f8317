// Where the customer writes. Enter sends, but never while the IME is converting; Shift+Enter makes a new line.

import { h, icon, setText } from "./dom.js";
import { WORDS } from "./words.js";

const TYPING_EVERY_MS = 2_000;
const TELL_FROM = 0.8; // of the limit: from here on the remaining characters are told

// 229 is what Safari gives for the Enter that ends a conversion, after isComposing is already false.
export const composing = (event) => event.isComposing || event.keyCode === 229;
const byTouch = () => matchMedia("(hover: none) and (pointer: coarse)").matches;

export class Composer {
  constructor(talk, limit) {
    Object.assign(this, { talk, limit, typedAt: 0 });
    this.field = h("textarea", { rows: 1, id: "mdg-field", "aria-label": WORDS.input, "aria-describedby": "mdg-hint mdg-count",
      placeholder: WORDS.placeholder, autocomplete: "off", enterkeyhint: byTouch() ? "enter" : "send" });
    this.count = h("p", { class: "count", id: "mdg-count", hidden: true });
    this.button = h("button", { type: "submit", class: "send", "aria-label": WORDS.send, title: WORDS.send }, icon("send"));
    this.menu = h("button", { type: "button", class: "tool", "aria-label": WORDS.menu, title: WORDS.menu, "aria-expanded": "false" }, icon("list"));
    this.root = h("form", { class: "composer", novalidate: true }, this.menu, h("div", { class: "field" }, this.field, this.count), this.button,
      h("p", { class: "hidden", id: "mdg-hint" }, byTouch() ? "" : WORDS.hint));
    this.root.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.field.addEventListener("input", () => this.typed());
    this.measure();
  }

  // Pressed keys that no list wanted.
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || composing(event) || byTouch()) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.field.value.trim();
    if (!text || [...text].length > this.limit) return this.field.focus();
    this.put("");
    this.talk.say(text);
    return this.focus();
  }

  put(text) {
    this.field.value = text;
    this.field.dispatchEvent(new Event("input")); // all who follow what is typed, suggestions too
  }

  // Gives back what could not be sent, in front of what has been written since.
  giveBack(text) {
    this.put([text, this.field.value].filter(Boolean).join("\n"));
    this.focus();
  }

  typed() {
    this.measure();
    if (!this.field.value || this.talk.talkingTo === "bot" || Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.talk.line.send({ type: "typing" });
  }

  measure() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    const length = [...this.field.value.trim()].length;
    const left = this.limit - length;
    this.count.hidden = length < this.limit * TELL_FROM;
    setText(this.count, this.count.hidden ? "" : WORDS.left(left));
    this.count.classList.toggle("over", left < 0);
    this.field.setAttribute("aria-invalid", String(left < 0));
    this.button.disabled = !length || left < 0;
  }

  // On touch screens the field is not focused by us: the keyboard would cover the answer.
  focus() {
    (byTouch() ? this.root.closest(".panel")?.querySelector(".title") : this.field)?.focus();
  }

  refresh() {
    this.field.placeholder = this.talk.talkingTo === "bot" ? WORDS.placeholder : WORDS.placeholderAgent;
    this.root.hidden = this.talk.over;
  }
}
