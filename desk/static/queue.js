// The three lists: who waits, my talks, the others'. Text goes in as text.

import { element } from "./element.js";
import { folded } from "./fold.js";

const MINUTE = 60;
const USUAL_TARGET = 60; // seconds, of a queue that the desk does not name
const SOON = 0.8; // of the target: whoever waits longer is shown before it is missed

// 「折り返し 15:00」, of another day with its date; the time is the desk's, wherever the browser is.
function callback(row) {
  const at = new Date(row.callback_at * 1000);
  const day = (moment) => moment.toLocaleDateString("ja-JP", { timeZone: "Asia/Tokyo", month: "numeric", day: "numeric" });
  const time = at.toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" });
  const when = day(at) === day(new Date()) ? time : `${day(at)} ${time}`;
  return row.callback_missed ? `折り返し ${when} 未対応` : `折り返し ${when}`;
}

// Only what is gone, new or in another place is touched.
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, place) => list.children[place] === node || list.insertBefore(node, list.children[place] ?? null));
}

export class Lists {
  constructor(root) {
    this.root = root;
    this.me = root.dataset.me;
    this.selected = root.dataset.ticket ?? "";
    this.title = document.title;
    this.rows = new Map(); // by number, in the desk's order
    this.items = new Map(); // by number: {node, link, drawn: what it shows}
    this.unfolded = new Set(); // numbers whose words were opened; an item is filled anew all the time
    window.setInterval(() => this.tick(), 1_000);
  }

  show(frame) {
    const found = document.activeElement?.closest?.("[data-list] li");
    const held = found && `[data-list] li[data-number="${found.dataset.number}"] ${document.activeElement.localName}`;
    const selected = this.draw(frame);
    const here = document.activeElement?.closest?.("[data-list] li") === found;
    if (held && !here) this.root.querySelector(held)?.focus({ preventScroll: true }); // moved or filled anew
    return selected;
  }

  // `rows` are only those that changed; `order` names all.
  draw({ order, rows, counts, targets }) {
    for (const row of rows) this.rows.set(row.number, row);
    this.rows = new Map(order.map((number) => [number, this.rows.get(number)]));
    this.targets = targets;
    const groups = { waiting: [], mine: [], others: [] };
    for (const row of this.rows.values()) groups[this.group(row)].push(row);
    for (const [name, members] of Object.entries(groups)) {
      this.root.querySelector(`[data-count="${name}"]`).textContent = String(counts[name]);
      const nodes = [...members.map((row) => this.item(row)), ...this.more(counts[name] - members.length)];
      arrange(this.root.querySelector(`[data-list="${name}"]`), nodes);
    }
    for (const number of [...this.items.keys()]) if (!this.rows.has(number)) this.items.delete(number);
    const unread = groups.mine.filter((row) => row.unread && row.number !== this.selected).length;
    const wanted = counts.awake + unread;
    document.title = wanted > 0 ? `(${wanted}) ${this.title}` : this.title;
    this.tick();
    return this.rows.get(this.selected);
  }

  // A long list is cut by the desk.
  more(count) {
    return count > 0 ? [element("li", "soft", `ほか${count}件`)] : [];
  }

  group(row) {
    if (row.state === "waiting" || row.state === "offered") return "waiting";
    return row.owner === this.me ? "mine" : "others";
  }

  // Node and link stay the same ones as long as the row is there: a press on them is not lost in between.
  item(row) {
    const item = this.items.get(row.number) ?? this.fresh(row.number);
    const drawn = JSON.stringify([row, this.targets]);
    if (item.drawn !== drawn) this.fill(item, row);
    item.drawn = drawn;
    return item.node;
  }

  fresh(number) {
    const item = { node: document.createElement("li"), link: element("a", "ticket"), drawn: "" };
    item.link.href = `/inbox/${number}`;
    if (number === this.selected) item.link.setAttribute("aria-current", "true");
    item.node.dataset.number = number;
    item.node.append(item.link);
    this.items.set(number, item);
    return item;
  }

  fill({ node, link }, row) {
    link.replaceChildren(...this.parts(row));
    node.querySelector(":scope > .folded")?.remove();
    if (row.folded) node.append(this.foldedSnippet(row)); // beside the link: a button may not stand in one
  }

  parts(row) {
    const head = element("span", "ticket-head");
    const who = element("span", "who-waits");
    who.append(element("b", "", row.called || "お客様"), " ", element("span", "number", row.spoken));
    head.append(who, this.waited(row));
    const chips = element("span", "chips");
    const reason = element("span", row.danger ? "chip urgent" : row.urgent ? "chip alert" : "chip", row.reason);
    if (row.unread && row.number !== this.selected) chips.append(element("span", "chip dot", "新着"));
    if (row.danger) chips.prepend(reason);
    else chips.append(reason);
    if (row.for_supervisor) chips.append(element("span", "chip alert", "要 責任者応対"));
    if (row.channel !== "チャット") chips.append(element("span", "chip", row.channel));
    if (row.message_left) chips.append(element("span", "chip accent", "メッセージあり"));
    if (row.callback_at) chips.append(element("span", row.callback_missed ? "chip alert" : "chip accent", callback(row)));
    if (row.hand_up) chips.append(element("span", "chip alert", "責任者を呼び出し中"));
    if (row.state === "offered") chips.append(element("span", "chip", "呼び出し中"));
    if (row.state === "wrap_up") chips.append(element("span", "chip accent", "後処理中"));
    if (row.sleeps) chips.append(element("span", "chip", "受付開始待ち"));
    if (row.promised_from) chips.append(this.promise(row));
    if (row.state === "assigned" && row.over) chips.append(element("span", "chip alert", row.over_told));
    else if (row.state === "assigned" && !row.present && row.channel === "チャット") chips.append(element("span", "chip away", "画面を閉じています"));
    if (row.owner_name && row.owner !== this.me) chips.append(element("span", "chip", row.owner_name));
    return row.snippet && !row.folded ? [head, chips, element("span", "snippet", row.snippet)] : [head, chips];
  }

  foldedSnippet(row) {
    const keep = (open) => (open ? this.unfolded.add(row.number) : this.unfolded.delete(row.number));
    return folded(row.snippet, "snippet", this.unfolded.has(row.number), keep);
  }

  waited(row) {
    const time = element("time", "waited");
    time.dataset.since = String(row.opened_at);
    time.dataset.waits = this.group(row) === "waiting" ? "yes" : "";
    return time;
  }

  // What is promised of the queue, once it is about to be missed.
  promise(row) {
    const chip = element("span", "chip promise");
    Object.assign(chip.dataset, { from: row.promised_from, target: this.targets?.[row.queue] ?? USUAL_TARGET });
    chip.hidden = true;
    return chip;
  }

  tickPromise(chip, now) {
    const [target, waited] = [Number(chip.dataset.target), now - Number(chip.dataset.from)];
    const missed = waited > target;
    chip.hidden = waited < target * SOON;
    chip.classList.toggle("alert", missed);
    chip.classList.toggle("accent", !missed);
    const text = missed ? `目標${target}秒を超過` : `目標${target}秒まであと${Math.ceil(target - waited)}秒`;
    if (chip.textContent !== text) chip.textContent = text;
  }

  tick() {
    const now = Date.now() / 1000;
    for (const chip of this.root.querySelectorAll(".promise")) this.tickPromise(chip, now);
    for (const time of this.root.querySelectorAll("time.waited")) {
      const seconds = Math.max(0, now - Number(time.dataset.since));
      const minutes = Math.floor(seconds / MINUTE);
      if (minutes < 1) time.textContent = "1分未満";
      else if (minutes < 60) time.textContent = `${minutes}分`;
      else time.textContent = `${Math.floor(minutes / 60)}時間${minutes % 60}分`;
      time.classList.toggle("long", time.dataset.waits === "yes" && minutes >= 5);
    }
  }
}
