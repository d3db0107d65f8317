// A queue below what is promised of it is told to supervisors wherever they are at the desk, until they close the notice.

import { fetchByItself } from "./by_itself.js";
import { element } from "./element.js";

const EVERY_MS = 30_000;
const CLOSED = "levels:closed"; // queues that are below, and whose notice was closed in this tab
const place = document.querySelector("[data-levels]");
const shown = new Map();

async function look() {
  if (document.hidden) return;
  const answer = await fetchByItself("/wallboard/levels", { Accept: "application/json" }).catch(() => null);
  if (answer?.ok) tell((await answer.json()).short);
}

// One that has recovered goes, and is told of again when it falls again.
function tell(short) {
  const below = new Set(short.map((one) => one.queue));
  const closed = new Set(kept().filter((queue) => below.has(queue)));
  sessionStorage.setItem(CLOSED, JSON.stringify([...closed]));
  for (const queue of shown.keys()) if (!below.has(queue)) remove(queue);
  for (const one of short) if (!closed.has(one.queue) && !shown.has(one.queue)) show(one);
}

function kept() {
  return JSON.parse(sessionStorage.getItem(CLOSED) ?? "[]");
}

function show({ queue, text }) {
  const [box, row] = [element("div", "toast"), element("div", "row end")];
  const [more, close] = [element("a", "button", place.dataset.more), element("button", "", place.dataset.close)];
  more.href = "/wallboard";
  close.type = "button";
  close.addEventListener("click", () => {
    sessionStorage.setItem(CLOSED, JSON.stringify([...kept(), queue]));
    remove(queue);
  });
  row.append(close, more);
  box.append(element("p", "", text), row);
  shown.set(queue, box);
  place.append(box);
}

function remove(queue) {
  shown.get(queue)?.remove();
  shown.delete(queue);
}

window.setInterval(look, EVERY_MS);
look();
