// A queue that falls below what is promised of it is told once to supervisors, wherever they are at the desk.

import { element } from "./element.js";

const EVERY_MS = 30_000;
const TOLD = "levels:told"; // queues that are below, and were told of in this tab
const place = document.querySelector("[data-levels]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch("/wallboard/levels", { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) tell((await answer.json()).short);
}

// One that has recovered is told of again when it falls again.
function tell(short) {
  const told = JSON.parse(sessionStorage.getItem(TOLD) ?? "[]");
  place.append(...short.filter((one) => !told.includes(one.queue)).map((one) => notice(one.text)));
  sessionStorage.setItem(TOLD, JSON.stringify(short.map((one) => one.queue)));
}

function notice(text) {
  const [box, row] = [element("div", "toast"), element("div", "row end")];
  const [more, close] = [element("a", "button", place.dataset.more), element("button", "", place.dataset.close)];
  more.href = "/wallboard";
  close.type = "button";
  close.addEventListener("click", () => box.remove());
  row.append(close, more);
  box.append(element("p", "", text), row);
  return box;
}

window.setInterval(look, EVERY_MS);
look();
