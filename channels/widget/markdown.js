// The small, safe part of Markdown that answers use: paragraphs, bold, lists, links. All else stays text.

import { h, hidden } from "./dom.js";
import { WORDS } from "./words.js";

const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);
const INLINE = /\*\*([^*\n]+)\*\*|\[([^\]\n]{1,200})\]\(([^()\s]{1,2000})\)|(https?:\/\/[\w\-.~:/?#@!$&'*+,;=%]+)/g;
const BULLET = /^\s*[-*・]\s+(.*)$/;
const NUMBER = /^\s*(\d{1,3})[.)]\s+(.*)$/;

// The address when it may be a link, else null. A scheme must be written out: no `//host`, no relative addresses.
export function safeAddress(address) {
  if (!/^[a-z][a-z+.-]*:/i.test(address)) return null;
  try {
    const url = new URL(address);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(label, address) {
  const href = safeAddress(address);
  if (!href) return null;
  if (!/^https?:/.test(href)) return h("a", { href }, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label, hidden(WORDS.newTab));
}

function plainLink(address) {
  const trailing = /[.,!?;:'*]+$/.exec(address)?.[0] ?? "";
  const bare = address.slice(0, address.length - trailing.length);
  return [link(bare, bare) ?? bare, trailing];
}

// Nodes of one line. `rich` allows bold and named links; bare addresses become links always.
export function inline(text, rich = true) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, bold, label, address, bare] = match;
    let made = null;
    if (bare) made = plainLink(bare);
    else if (rich && bold) made = [h("strong", {}, ...inline(bold, false))];
    else if (rich && label) made = [link(label, address)];
    if (!made || made.includes(null)) continue;
    nodes.push(text.slice(from, match.index), ...made);
    from = match.index + whole.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

// What kind of block a line belongs to, with the line's own words.
function kindOf(line) {
  const bullet = BULLET.exec(line);
  if (bullet) return { kind: "ul", text: bullet[1] };
  const number = NUMBER.exec(line);
  if (number) return { kind: "ol", text: number[2], start: Number(number[1]) };
  return { kind: line.trim() ? "p" : "gap", text: line };
}

function paragraph(lines, rich) {
  const nodes = lines.flatMap((line, index) => (index ? [h("br"), ...inline(line, rich)] : inline(line, rich)));
  return h("p", {}, ...nodes);
}

function list({ kind, lines, start }) {
  return h(kind, { start: start > 1 ? start : null }, ...lines.map((line) => h("li", {}, ...inline(line))));
}

// A fragment of blocks for an answer; with rich false only paragraphs, line breaks and bare links.
export function render(text, rich = true) {
  const blocks = [];
  for (const line of text.split(/\r?\n/)) {
    const found = kindOf(line);
    const piece = rich || found.kind === "gap" ? found : { kind: "p", text: line };
    const last = blocks.at(-1);
    if (last?.kind === piece.kind) last.lines.push(piece.text);
    else blocks.push({ kind: piece.kind, start: piece.start, lines: [piece.text] });
  }
  const fragment = document.createDocumentFragment();
  for (const block of blocks) {
    if (block.kind === "p") fragment.append(paragraph(block.lines, rich));
    else if (block.kind !== "gap") fragment.append(list(block));
  }
  return fragment;
}

// The same words without marks, for the record that the customer keeps.
export function plain(text) {
  return text
    .replace(/\*\*([^*\n]+)\*\*/g, "$1")
    .replace(/\[([^\]\n]{1,200})\]\(([^()\s]{1,2000})\)/g, (whole, label, address) =>
      safeAddress(address) ? (label === address ? label : `${label}（${address}）`) : whole);
}
