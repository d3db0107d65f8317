// The board looks again every few seconds; what was there stays while the desk is away.

import { fetchByItself } from "./by_itself.js";

const EVERY_MS = 5_000;
const board = document.querySelector("[data-board]");
const line = document.querySelector("[data-board-link]");

// Where the focus is, to be found again in what is drawn anew.
function place(one) {
  return one.id ? `#${one.id}` : `a[href="${one.getAttribute("href")}"]`;
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetchByItself(board.dataset.board);
    if (answer.redirected || answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const held = board.contains(document.activeElement) ? place(document.activeElement) : null;
    board.innerHTML = await answer.text(); // rendered and escaped by the desk
    if (held) board.querySelector(held)?.focus({ preventScroll: true });
    line.textContent = "";
  } catch {
    line.textContent = "最新の状況を読み込めませんでした。自動的に読み込み直します。";
  }
  return undefined;
}

window.setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
