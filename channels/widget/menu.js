// What can be asked, before and during the talk: frequent questions, categories, and a person.

import { button, h, icon } from "./dom.js";
import { WORDS } from "./words.js";

export class Menu {
  // `ask(text)` says it in the customer's name; `byPhone()` shows the code of this talk.
  constructor(ask, byPhone) {
    Object.assign(this, { ask, byPhone });
    this.root = h("div", { class: "menu" });
  }

  fill({ frequent = [], categories = [], staff, phone_code }) {
    this.root.replaceChildren(
      ...section(WORDS.frequent, frequent.length > 0, h("ul", { class: "questions" }, ...frequent.map((one) => this.question(one)))),
      ...section(WORDS.categories, categories.length > 0, this.categories(categories)),
      this.person(staff),
      phone_code ? this.phone() : "");
  }

  question({ title }) {
    return h("li", {}, h("button", { type: "button", class: "question", onclick: () => this.ask(title) }, h("span", {}, title), icon("arrow")));
  }

  // Chips that open one list of questions below them.
  categories(categories) {
    const list = h("ul", { class: "questions", id: "mdg-titles", hidden: true });
    const chips = categories.map(({ name, articles }) => {
      const chip = button("chip", name, () => this.toggle(chip, chips, list, articles), { "aria-expanded": "false", "aria-controls": "mdg-titles" });
      return chip;
    });
    return h("div", {}, h("div", { class: "chips" }, ...chips), list);
  }

  toggle(chip, chips, list, articles) {
    const open = chip.getAttribute("aria-expanded") !== "true";
    chips.forEach((one) => one.setAttribute("aria-expanded", String(one === chip && open)));
    list.replaceChildren(...(open ? articles.map((one) => this.question(one)) : []));
    list.hidden = !open;
    if (open) list.scrollIntoView({ block: "nearest" });
  }

  person(staff) {
    const note = staff?.text ? h("span", { class: "note" }, staff.text) : null;
    return h("button", { type: "button", class: `person${staff?.available === false ? " away" : ""}`, onclick: () => this.ask(WORDS.personAsk) },
      icon("person"), h("span", {}, h("b", {}, WORDS.person), note));
  }

  // Hidden until there is a talk to go on with.
  phone() {
    return h("button", { type: "button", class: "person by-phone", onclick: () => this.byPhone() },
      icon("phone"), h("span", {}, h("b", {}, WORDS.toPhone), h("span", { class: "note" }, WORDS.toPhoneNote)));
  }
}

function section(title, any, content) {
  return any ? [h("h3", {}, title), content] : [];
}
