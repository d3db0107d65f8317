// Questions we know that look like what is being typed: a list above the input field, used by keys or pointer.

import { h } from "./dom.js";
import { ask } from "./session.js";
import { WORDS } from "./words.js";

const PAUSE_MS = 150;
const SHORTEST = 2;
const LONGEST = 60;

// HTML allows no role but textbox on a textarea, so the list hangs on it by aria-activedescendant and is announced.
export class Suggest {
  constructor(server, field, { pick, announce, wanted }) {
    Object.assign(this, { server, field, pick, announce, wanted, active: -1 });
    this.root = h("ul", { class: "suggest", id: "mdg-suggest", role: "listbox", "aria-label": WORDS.suggestions, hidden: true });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "mdg-suggest");
    field.addEventListener("input", () => this.later());
    field.addEventListener("blur", () => this.close());
  }

  get open() {
    return !this.root.hidden;
  }

  later() {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.field.value.trim();
    if (!this.wanted() || text.length < SHORTEST || text.length > LONGEST || text.includes("\n")) return this.close();
    this.timer = setTimeout(() => this.look(text), PAUSE_MS);
    return null;
  }

  async look(text) {
    this.request = new AbortController();
    const url = new URL("api/web/suggest", this.server);
    url.searchParams.set("q", text);
    try {
      const { suggestions = [] } = await ask(url, { signal: this.request.signal });
      if (this.field.value.trim() === text) this.show(suggestions.slice(0, 5));
    } catch {
      this.close(); // suggestions are a convenience: their absence is no news
    }
  }

  show(suggestions) {
    if (!suggestions.length || document.activeElement?.shadowRoot?.activeElement !== this.field) return this.close();
    this.active = -1;
    this.root.replaceChildren(...suggestions.map(({ title }, index) => this.option(title, index)));
    this.root.hidden = false;
    this.field.removeAttribute("aria-activedescendant");
    this.announce(WORDS.suggested(suggestions.length));
    return null;
  }

  option(title, index) {
    // pointerdown would take the focus away from the field and close the list before the click
    const keep = (event) => event.preventDefault();
    return h("li", { role: "option", id: `mdg-option-${index}`, "aria-selected": "false", onpointerdown: keep, onmousedown: keep,
      onclick: () => this.take(title) }, title);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.root.hidden = true;
    this.active = -1;
    this.field.removeAttribute("aria-activedescendant");
  }

  take(title) {
    this.close();
    this.pick(title);
  }

  move(step) {
    const options = [...this.root.children];
    this.active = (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    options[this.active].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", options[this.active].id);
  }

  // True when the key was for the list.
  key(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.shiftKey && this.active >= 0) this.take(this.root.children[this.active].textContent);
    else return false;
    return true;
  }
}
