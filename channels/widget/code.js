// The six digits that take the talk to the telephone, as a box over the talk.

import { button, h } from "./dom.js";
import { WORDS } from "./words.js";

export function codeBox({ code, seconds, phone }, close) {
  return h("div", { class: "box", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "mdg-code", "aria-describedby": "mdg-code-text mdg-code-life" },
    h("h3", { id: "mdg-code" }, WORDS.toPhone),
    h("p", { id: "mdg-code-text" }, WORDS.codeCall, h("a", { href: `tel:${phone.replace(/[^0-9+]/g, "")}` }, phone), WORDS.codeText),
    h("p", { class: "code" }, `${code.slice(0, 3)} ${code.slice(3)}`),
    h("p", { id: "mdg-code-life" }, WORDS.codeLife(Math.round(seconds / 60))),
    button("solid", WORDS.back, close));
}
