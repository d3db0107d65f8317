// Articles beside the talk: for what the customer said last, or for what the agent looks for.

import { fetchByItself } from "./by_itself.js";
import { element } from "./element.js";

const AFTER_MS = 400; // words that come one after the other are looked up once

export class Assist {
  // `insert` null: nothing is written to this customer.
  constructor(panel, ticket, insert) {
    this.panel = panel;
    this.ticket = ticket;
    this.insert = insert;
    this.field = panel.querySelector("input");
    this.results = panel.querySelector("[data-assist-results]");
    this.line = panel.querySelector("[data-assist-line]");
    panel.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.look(this.field.value.trim());
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) event.stopPropagation();
    });
    this.refresh();
  }

  refresh() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => !this.busy && this.look(""), AFTER_MS);
  }

  // Nothing is taken away from under the agent who searches or reads.
  get busy() {
    return this.field.value.trim() || this.results.contains(document.activeElement);
  }

  async look(query) {
    const asking = (this.asking = Symbol("asking"));
    try {
      const path = `/inbox/${this.ticket}/articles?${new URLSearchParams({ q: query })}`;
      const answer = await (query ? fetch(path) : fetchByItself(path));
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (asking === this.asking) this.show(found, query);
    } catch {
      this.line.textContent = "検索できませんでした。少しおいてからお試しください。";
    }
  }

  show(found, query) {
    this.line.textContent = found.problem ?? this.told(found, query);
    this.results.replaceChildren(...found.articles.map((article) => this.article(article)));
    if (!found.next.length) return;
    this.results.append(element("li", "soft", "続けて聞かれそうなこと"));
    this.results.append(...found.next.map((article) => this.article(article)));
  }

  told(found, query) {
    if (!found.asked) return "";
    if (!found.articles.length) return "合う記事は見つかりませんでした。";
    return query ? `「${query}」に近い記事` : "お客様の最後のご発言に近い記事";
  }

  article(article) {
    const [item, box, summary] = [element("li"), element("details"), element("summary", "", article.title)];
    const reading = element("p", "answer", article.reading);
    box.append(summary, reading);
    if (article.staff_only) summary.append(" ", element("span", "chip", "社内用"));
    if (article.text && this.insert) {
      const button = element("button", "", "挿入する");
      button.type = "button";
      button.addEventListener("click", () => this.insert(article.text));
      reading.append(document.createElement("br"), button);
    }
    item.append(box);
    return item;
  }
}
