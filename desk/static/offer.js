// A customer is put to this agent: a dialog that counts down, a sound, a notification when the page is out of sight.
// Who has a talk open reads and answers on: there it is a bar above the talk.

import { element } from "./element.js";

const TONES_HZ = [880, 1174];
const TONE_SECONDS = 0.18;

export class Offer {
  constructor(root) {
    this.dialog = root.querySelector("[data-offer]");
    this.told = root.querySelector("[data-offer-told]");
    this.talking = Boolean(root.querySelector("[data-composer], .write-up"));
    this.number = "";
    this.dialog.addEventListener("cancel", (event) => event.preventDefault()); // a choice is wanted
    document.addEventListener("pointerdown", () => this.allow(), { once: true });
    document.addEventListener("keydown", (event) => this.shortcut(event));
    window.setInterval(() => this.tick(), 500);
  }

  // Browsers let a page make sounds and ask for notifications only after a press.
  allow() {
    this.audio ??= new AudioContext();
    if (window.Notification?.permission === "default") window.Notification.requestPermission();
  }

  show(rows, me) {
    const row = rows.find((each) => each.state === "offered" && each.offered_to === me);
    if (!row) return this.hide();
    this.until = row.offered_until * 1000;
    if (row.number === this.number) return this.open();
    this.number = row.number;
    this.fill(row);
    this.open();
    this.tick();
    this.call(row);
    return undefined;
  }

  // Whoever is writing shall not accept with the Enter that was to send: the heading has the focus then.
  open() {
    if (this.dialog.open) return;
    if (this.talking && !document.querySelector("dialog:modal")) {
      this.dialog.classList.add("bar");
      this.dialog.setAttribute("open", ""); // show() would take the focus from who is writing
      this.told.textContent = "お客様の呼び出しです。Alt＋Oで選べます。";
      return;
    }
    this.dialog.classList.remove("bar");
    const writing = document.activeElement?.matches("textarea, input");
    this.dialog.showModal();
    if (writing) this.dialog.querySelector("h2").focus();
  }

  hide() {
    this.number = "";
    this.told.textContent = "";
    if (this.dialog.classList.contains("bar")) this.dialog.removeAttribute("open");
    else if (this.dialog.open) this.dialog.close();
  }

  // From the middle of a sentence to the offer; also while Japanese is being converted.
  shortcut(event) {
    if (!this.dialog.open || !event.altKey || event.code !== "KeyO") return;
    event.preventDefault();
    this.part("accept").querySelector("button").focus();
  }

  fill(row) {
    this.part("reason").textContent = row.called && !row.danger ? `${row.called}：${row.reason}` : row.reason;
    this.part("reason").classList.toggle("urgent", row.danger);
    const chips = [element("span", "chip", row.channel), element("span", "chip", `受付番号 ${row.spoken}`)];
    if (row.danger && row.called) chips.unshift(element("span", "chip", row.called));
    if (row.urgent) chips.push(element("span", "chip alert", "優先"));
    if (row.message_left) chips.push(element("span", "chip accent", "メッセージあり"));
    this.part("chips").replaceChildren(...chips);
    this.part("words").textContent = row.folded ? "不適切な表現を含むおそれがあるため、ここでは表示しません。" : row.snippet;
    this.part("accept").action = `/inbox/${row.number}/claim`;
    this.part("decline").action = `/inbox/${row.number}/decline`;
  }

  part(name) {
    return this.dialog.querySelector(`[data-offer-${name}]`);
  }

  tick() {
    if (!this.number) return;
    this.part("left").textContent = String(Math.max(0, Math.ceil((this.until - Date.now()) / 1000)));
  }

  call(row) {
    this.sound();
    if (!document.hidden || window.Notification?.permission !== "granted") return;
    const told = new window.Notification("お客様の呼び出しです", { body: row.reason, tag: row.number });
    told.addEventListener("click", () => window.focus());
  }

  sound() {
    if (this.audio?.state !== "running") return;
    TONES_HZ.forEach((hertz, place) => {
      const [tone, volume] = [this.audio.createOscillator(), this.audio.createGain()];
      const start = this.audio.currentTime + place * TONE_SECONDS;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.15, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(start);
      tone.stop(start + TONE_SECONDS);
    });
  }
}
