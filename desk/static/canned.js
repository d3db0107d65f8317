// Canned replies in a dialog: typed words narrow them, arrow keys choose, Enter puts the text where the agent writes.

export class Canned {
  constructor(dialog, field, insert) {
    Object.assign(this, { dialog, insert });
    this.search = dialog.querySelector("input");
    this.none = dialog.querySelector("[data-canned-none]");
    this.options = [...dialog.querySelectorAll("[role=option]")];
    this.search.addEventListener("input", () => this.narrow());
    this.search.addEventListener("keydown", (event) => this.key(event));
    for (const one of this.options) one.addEventListener("click", () => this.take(one));
    field.addEventListener("keydown", (event) => this.shortcut(event, field));
    new MutationObserver(() => dialog.open && this.reset()).observe(dialog, { attributeFilter: ["open"] });
  }

  // 「/」 in the empty field, or Alt+C, which also works while Japanese is being converted.
  shortcut(event, field) {
    const slash = event.key === "/" && !field.value && !event.isComposing;
    if (!slash && !(event.altKey && event.code === "KeyC")) return;
    event.preventDefault();
    this.dialog.showModal();
  }

  reset() {
    this.search.value = "";
    this.narrow();
    this.search.focus();
  }

  get shown() {
    return this.options.filter((one) => !one.hidden);
  }

  narrow() {
    const wanted = this.search.value.trim().toLowerCase();
    for (const one of this.options) one.hidden = !one.textContent.toLowerCase().includes(wanted);
    this.none.hidden = this.shown.length > 0;
    this.choose(this.shown[0]);
  }

  choose(chosen) {
    this.chosen = chosen;
    for (const one of this.options) one.setAttribute("aria-selected", String(one === chosen));
    if (!chosen) return this.search.removeAttribute("aria-activedescendant");
    this.search.setAttribute("aria-activedescendant", chosen.id);
    return chosen.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") return this.take(this.chosen);
    const { shown } = this;
    if (shown.length) this.choose(shown[(shown.indexOf(this.chosen) + step + shown.length) % shown.length]);
  }

  take(chosen) {
    if (!chosen) return;
    this.dialog.close();
    this.insert(chosen.dataset.text);
  }
}
