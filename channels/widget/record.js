// 会話の控え: the talk as a text file that the customer keeps.

import { clock, dayKey, h } from "./dom.js";
import { speaker } from "./log.js";
import { plain } from "./markdown.js";
import { WORDS } from "./words.js";

export function recordOf(talk, shop) {
  const now = new Date().toISOString();
  const head = [WORDS.recordTitle(shop), WORDS.recordMade(`${dayKey(now)} ${clock(now)}`)];
  if (talk.number) head.push(WORDS.recordNumber(talk.number));
  const words = talk.shown.map((word) => {
    const text = word.from === "customer" ? word.text : plain(word.text);
    return `[${dayKey(word.at)} ${clock(word.at)}] ${speaker(word)}\r\n${text.replace(/\r?\n/g, "\r\n")}`;
  });
  return `\uFEFF${[head.join("\r\n"), ...words].join("\r\n\r\n")}\r\n`;
}

export function save(talk, shop) {
  const address = URL.createObjectURL(new Blob([recordOf(talk, shop)], { type: "text/plain;charset=utf-8" }));
  const now = new Date().toISOString();
  const stamp = `${dayKey(now)}_${clock(now).replace(":", "")}`;
  h("a", { href: address, download: WORDS.recordFile(stamp) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
