// Notices at the edge of the screen: why a call did not come about. Closed, it is not shown again in this tab.

import { element } from "./element.js";

const RECENT_MS = 60_000;

export class Toasts {
  constructor(place) {
    this.place = place;
  }

  // `seq` and `at` of the word that tells it: what is old was read in the talk.
  show({ seq, at }, text) {
    const key = `toast:${location.pathname}:${seq}`;
    if (Date.now() - at * 1000 > RECENT_MS || sessionStorage.getItem(key)) return;
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
