// The words of a talk: who, when, what. Each is shown once, by its number; a word of mine first as 送信中.

import { element } from "./element.js";
import { folded } from "./fold.js";

const NAMES = { customer: "お客様", bot: "自動応答", agent: "担当者", system: "システム" };
const TIME = new Intl.DateTimeFormat("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
const DAY = new Intl.DateTimeFormat("ja-JP", { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" });
const TYPING_MS = 5_000;

export class Transcript {
  // `called`: how the customer is called, where that is known.
  constructor(log, typing, called, ticket) {
    this.ticket = ticket;
    this.transcripts = new Map(); // of recordings
    this.names = called ? { ...NAMES, customer: called } : NAMES;
    this.log = log;
    this.typingLine = typing;
    this.known = new Set();
    this.seen = { seq: 0, ended_at: null };
    this.texts = null; // by SMS: what became of them, in the order of the talk
    this.day = "";
  }

  add(word) {
    if (this.known.has(word.seq)) return;
    this.known.add(word.seq);
    const atEnd = this.atEnd();
    this.pendingLine(word.id)?.remove();
    this.separateDays(word.at);
    if (word.transcribes) this.transcribe(word);
    else this.place(word.kind === "note" ? this.note(word) : this.bubble(word));
    if (word.from === "customer") this.typingLine.textContent = "";
    if (atEnd) this.scrollDown();
  }

  note(word) {
    const line = element("p", "note", word.text);
    if (word.recording) line.append(" ", this.recording(word.recording));
    return line;
  }

  // Heard through the desk; what was said stands beside it where somebody could make it out.
  recording(sid) {
    const [box, link] = [element("span", "recording"), element("a", "", "録音を聞く")];
    link.href = `/inbox/${this.ticket}/recordings/${sid}`;
    link.target = "_blank";
    link.rel = "noopener";
    box.dataset.recording = sid;
    box.append(link, " ", element("span", "soft", this.transcripts.get(sid) ?? "文字起こしなし"));
    return box;
  }

  transcribe({ transcribes, text }) {
    this.transcripts.set(transcribes, `文字起こし：${text}`);
    const box = this.log.querySelector(`[data-recording="${CSS.escape(transcribes)}"] .soft`);
    if (box) box.textContent = this.transcripts.get(transcribes);
  }

  bubble(word) {
    const line = element("article", `word from-${word.from}`);
    const head = element("header");
    head.append(element("b", "", word.from === "agent" && word.agent ? word.agent : this.names[word.from]));
    const time = element("time", "", TIME.format(new Date(word.at * 1000)));
    time.dateTime = new Date(word.at * 1000).toISOString();
    head.append(time);
    if (word.kind === "choice") head.append(element("span", "chip", word.chosen ? `選択：${word.chosen}` : "選択"));
    if (word.unsure) head.append(element("span", "chip alert", word.unsure));
    if (word.from === "agent") head.append(this.delivery(word));
    if (word.seq) line.id = `word-${word.seq}`;
    line.append(head, word.folded ? folded(word.text, "text") : element("p", "text", word.text));
    if (word.recording) line.append(this.recording(word.recording));
    if (word.masked) line.append(this.revealer(word, line));
    if (word.article) line.append(element("p", "article", `記事：${word.article.title}`));
    if (word.choices?.length) {
      const choices = element("p", "choices");
      choices.append(...word.choices.map((title) => element("span", "", title)));
      line.append(choices);
    }
    return line;
  }

  // 送信中 → 送信済 → 既読: what the customer's page has shown. What is said after the customer left reaches nobody.
  delivery(word) {
    const mark = element("span", "sent", word.pending ? "送信中…" : "");
    if (!word.pending) Object.assign(mark.dataset, { seq: word.seq, at: word.at });
    this.refreshDelivery(mark);
    return mark;
  }

  refreshDelivery(mark) {
    if (!mark.dataset.seq) return;
    const [seq, at] = [Number(mark.dataset.seq), Number(mark.dataset.at)];
    if (this.texts) {
      const text = this.texts.find(({ upto }) => seq <= upto);
      mark.textContent = text ? text.told : "送信中…";
      mark.classList.toggle("read", text?.mark === "good");
      mark.classList.toggle("lost", text?.mark === "lost");
      return;
    }
    const [read, lost] = [seq <= this.seen.seq, this.seen.ended_at !== null && at > this.seen.ended_at];
    mark.textContent = read ? "既読" : lost ? "配信不可（お客様が会話を終了しています）" : "送信済";
    mark.classList.toggle("read", read);
    mark.classList.toggle("lost", !read && lost);
  }

  // The customer has left the chat for good.
  get over() {
    return this.seen.ended_at !== null;
  }

  seenTo({ seq, ended_at }) {
    this.seen = { seq, ended_at };
    for (const mark of this.log.querySelectorAll(".sent")) this.refreshDelivery(mark);
  }

  textsTold({ told }) {
    this.texts = told;
    for (const mark of this.log.querySelectorAll(".sent")) this.refreshDelivery(mark);
  }

  // Numbers are masked until somebody needs them; who looks is recorded.
  revealer(word, line) {
    const button = element("button", "reveal", "伏せた番号を表示する");
    button.type = "button";
    button.addEventListener("click", async () => {
      const csrf = document.querySelector("meta[name=csrf]").content;
      const answer = await fetch(`${location.pathname}/words/${word.seq}`, { method: "POST", headers: { "X-CSRF": csrf } });
      if (!answer.ok) {
        button.textContent = "表示できるのは、応対している担当者と責任者だけです";
        return;
      }
      line.querySelector(".text, .folded > [id]").textContent = (await answer.json()).text;
      button.remove();
    });
    return button;
  }

  pending(said, me) {
    const id = `agent:${said.id}`;
    if (this.pendingLine(id)) return;
    const line = this.bubble({ from: "agent", agent: me, at: said.at, kind: "message", text: said.text, pending: true });
    line.dataset.pending = id;
    this.log.append(line);
    this.scrollDown();
  }

  pendingLine(id) {
    return this.log.querySelector(`[data-pending="${CSS.escape(id)}"]`);
  }

  // It was not sent after all.
  takeBack(id) {
    this.pendingLine(`agent:${id}`)?.remove();
  }

  failed(id) {
    const line = this.pendingLine(`agent:${id}`);
    if (!line) return;
    const mark = line.querySelector(".sent");
    mark.textContent = "配信不可";
    mark.classList.add("lost");
  }

  separateDays(at) {
    const day = DAY.format(new Date(at * 1000));
    if (day !== this.day) this.place(element("p", "day", day));
    this.day = day;
  }

  place(line) {
    this.log.insertBefore(line, this.log.querySelector("[data-pending]")); // what is being sent stays last
  }

  typing() {
    this.typingLine.textContent = `${this.names.customer}が入力しています…`;
    window.clearTimeout(this.typingTimer);
    this.typingTimer = window.setTimeout(() => (this.typingLine.textContent = ""), TYPING_MS);
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  scrollDown() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}
