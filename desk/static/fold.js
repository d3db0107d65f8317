// Words that may hurt whoever reads them: folded behind a real button, opened by who wants to.

import { element } from "./element.js";

const NOTICE = "不適切な表現を含むおそれがあるため折りたたんでいます";
const OPEN = "表示する";
const CLOSE = "隠す";
let count = 0;

// `opened`: whether it is open already; `onToggle` is told each change.
export function folded(text, className, opened = false, onToggle = () => {}) {
  const box = element("div", `folded ${className}`);
  const button = element("button", "", OPEN);
  const words = element("span", "", text);
  words.id = `folded-${++count}`;
  words.hidden = true;
  button.type = "button";
  button.setAttribute("aria-controls", words.id);
  box.append(element("span", "", NOTICE), button, words);
  set(button, words, opened);
  button.addEventListener("click", () => onToggle(toggle(button, words)));
  return box;
}

// Those that came with the page.
export function wireFolded(root) {
  for (const button of root.querySelectorAll("[data-unfold]")) {
    const words = document.getElementById(button.getAttribute("aria-controls"));
    button.addEventListener("click", () => toggle(button, words));
  }
}

function toggle(button, words) {
  set(button, words, words.hidden);
  return !words.hidden;
}

function set(button, words, open) {
  words.hidden = !open;
  button.textContent = open ? CLOSE : OPEN;
  button.setAttribute("aria-expanded", String(open));
}
