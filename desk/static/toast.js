// Notices at the edge of the screen: why a call did not come about. Closed, it is not shown again in this tab.

import { element } from "./element.js";

const RECENT_MS = 60_000;

export class Toasts {
  constructor(place) {
    this.place = place;
    this.shown = new Set();
  }

  // `seq` and `at` of the ticket's word that tells it: what is old was read in the talk.
  show({ seq, at }, text, ticket) {
    const key = `toast:${ticket}:${seq}`;
    if (Date.now() - at * 1000 > RECENT_MS || this.shown.has(key) || sessionStorage.getItem(key)) return;
    this.shown.add(key);
    const [box, row, close] = [element("div", "toast"), element("div", "row end"), element("button", "", "閉じる")];
    close.type = "button";
    close.addEventListener("click", () => {
      sessionStorage.setItem(key, "1");
      box.remove();
    });
    row.append(close);
    box.append(element("p", "", text), row);
    this.place.append(box);
  }
}
