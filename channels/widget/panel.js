// The open window: header, banners, the talk, the input field, and the question before ending.

import { Banner } from "./banner.js";
import { Composer, composing } from "./composer.js";
import { codeBox } from "./code.js";
import { button, h, icon, setText } from "./dom.js";
import { Log } from "./log.js";
import { safeAddress } from "./markdown.js";
import { Menu } from "./menu.js";
import { save } from "./record.js";
import { Suggest } from "./suggest.js";
import { WORDS } from "./words.js";

const NEAR_PX = 80; // so close to the end, new words are followed
const LINE_PX = 16; // of a word on the screen, then it counts as seen
const LIMIT = 500; // until the door has told its own

export class Panel {
  constructor(talk, server, { close, end, again, code }) {
    Object.assign(this, { talk, close, end, again, code, start: {}, follows: true, codeSince: null });
    this.status = h("p", { class: "hidden", role: "status" });
    const announce = (text) => setText(this.status, text);
    this.banner = new Banner(talk, { announce, phone: () => this.start.phone });
    this.composer = new Composer(talk, LIMIT);
    this.suggest = new Suggest(server, this.composer.field, {
      pick: (title) => (this.composer.put(""), this.ask(title)), announce, wanted: () => talk.talkingTo === "bot" });
    this.menu = new Menu((text) => this.ask(text), () => this.byPhone());
    this.log = new Log(talk, () => this.composer.focus());
    this.build();
    this.composer.menu.addEventListener("click", () => this.showMenu(!this.menuShown));
    this.root.addEventListener("keydown", (event) => this.key(event));
    talk.addEventListener("status", ({ detail }) => announce(detail));
    talk.addEventListener("return", ({ detail }) => this.composer.giveBack(detail));
  }

  build() {
    this.subtitle = h("p", { class: "subtitle" });
    this.title = h("h2", { class: "title", id: "mdg-title", tabindex: "-1" });
    const shut = h("button", { type: "button", class: "tool", "aria-label": WORDS.close, title: WORDS.close, onclick: this.close }, icon("close"));
    const header = h("header", {}, h("span", { class: "logo", "aria-hidden": "true" }, icon("chat")), h("div", { class: "names" }, this.title, this.subtitle), shut);
    this.intro = h("div", { class: "intro" });
    this.typing = h("div", { class: "typing", hidden: true }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", { class: "label" }));
    this.scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": WORDS.log }, this.intro, this.log.root, this.typing);
    this.scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.talk.begun && this.follows && this.toEnd()).observe(this.scroll);
    this.latest = h("button", { type: "button", class: "latest", hidden: true, onclick: () => this.toEnd() }, icon("bottom"), WORDS.latest);
    this.sheet = h("div", { class: "sheet", id: "mdg-sheet", hidden: true });
    this.footer = h("footer", {});
    this.over = h("div", { class: "over", hidden: true }, h("p", {}, WORDS.over),
      button("solid", WORDS.again, () => this.again()), button("plain", WORDS.save, () => this.save(), { "aria-label": WORDS.saveLong }));
    this.main = h("div", { class: "main" }, header, this.banner.root, h("div", { class: "talk" }, this.scroll, this.latest, this.sheet, this.suggest.root),
      this.composer.root, this.over, this.footer, this.status);
    this.confirm = h("div", { class: "confirm", hidden: true });
    this.root = h("div", { class: "panel", role: "dialog", "aria-labelledby": "mdg-title", hidden: true }, this.main, this.confirm);
    this.composer.menu.setAttribute("aria-controls", "mdg-sheet");
    this.fill({});
  }

  // What the door told about the shop and its questions.
  fill(start) {
    this.start = start;
    setText(this.title, start.shop_name ? `${start.shop_name} ${WORDS.panel}` : WORDS.panel);
    if (start.message_limit) this.composer.limit = start.message_limit;
    const address = safeAddress(start.privacy_url ?? "");
    const privacy = (label) => (address ? h("a", { href: address, target: "_blank", rel: "noopener" }, label) : null);
    this.intro.replaceChildren(
      h("div", { class: "about" }, icon("info"), h("p", {}, h("b", {}, WORDS.notice), h("span", {}, start.notice || WORDS.noticeText), privacy(WORDS.privacy))),
      h("p", { class: "greeting" }, start.greeting || WORDS.greeting), this.menu.root);
    this.menu.fill(start);
    this.keep = button("plain", WORDS.save, () => this.save(), { "aria-label": WORDS.saveLong });
    this.stop = button("plain", WORDS.end, () => this.askEnd());
    this.footer.replaceChildren(privacy(WORDS.privacy) ?? "", this.keep, this.stop);
    this.refresh();
  }

  ask(text) {
    this.showMenu(false);
    this.talk.say(text);
    this.composer.focus();
  }

  save() {
    save(this.talk, this.start.shop_name || WORDS.shop);
  }

  // --- what changes ---

  refresh() {
    const before = this.newest;
    const { begun, over, talkingTo } = this.talk;
    this.log.sync();
    this.banner.refresh();
    this.composer.refresh();
    this.refreshTyping();
    setText(this.subtitle, talkingTo === "queue" ? WORDS.withQueue : talkingTo === "agent" ? WORDS.withAgent(this.talk.agentName) : WORDS.withBot);
    this.root.dataset.talkingTo = talkingTo;
    this.root.classList.toggle("begun", begun);
    if (begun === (this.menu.root.parentNode === this.intro)) (begun ? this.sheet : this.intro).append(this.menu.root);
    this.composer.menu.hidden = !begun || talkingTo !== "bot";
    if (talkingTo !== "bot" && this.menuShown) this.showMenu(false);
    this.over.hidden = !over;
    this.footer.hidden = !begun || over;
    if (this.codeSince !== null && this.talk.shown.some((word) => word.from === "system" && word.seq > this.codeSince)) this.closeConfirm();
    if (begun) this.follow(before);
    this.tellSeen();
  }

  // Goes along with new words, but never past the beginning of the first of them.
  follow(before) {
    const fresh = before?.isConnected ? before.nextElementSibling : this.log.root.firstElementChild;
    if (this.follows || this.newest?.classList.contains("unsent")) {
      const top = this.scroll.getBoundingClientRect().top + 8;
      const room = fresh ? fresh.getBoundingClientRect().top - top : Infinity;
      this.scroll.scrollTop = Math.min(this.scroll.scrollHeight, this.scroll.scrollTop + room);
      this.scrolled();
    } else if (fresh) this.latest.hidden = false;
  }

  scrolled() {
    this.follows = this.atEnd;
    if (this.follows) this.latest.hidden = true;
    this.tellSeen();
  }

  // The last word of a person whose beginning is on the screen.
  tellSeen() {
    if (this.root.hidden || document.hidden || this.menuShown) return;
    const bottom = this.scroll.getBoundingClientRect().bottom - LINE_PX;
    const words = [...this.log.root.querySelectorAll(".item.agent")];
    const last = words.findLast((word) => word.querySelector(".bubble").getBoundingClientRect().top < bottom);
    if (last) this.talk.saw(Number(last.dataset.seq));
  }

  refreshTyping() {
    const { typing } = this.talk;
    this.typing.hidden = !typing;
    this.typing.classList.toggle("agent", typing === "agent");
    const label = typing === "thinking" ? WORDS.thinking : WORDS.typing(typing === "agent" ? WORDS.agent(this.talk.agentName) : WORDS.bot);
    setText(this.typing.querySelector(".label"), typing ? label : "");
  }

  get newest() {
    return this.log.root.lastElementChild;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.scrolled();
  }

  get menuShown() {
    return !this.sheet.hidden;
  }

  showMenu(shown) {
    this.sheet.hidden = !shown;
    this.composer.menu.setAttribute("aria-expanded", String(shown));
    this.composer.menu.setAttribute("aria-label", shown ? WORDS.menuClose : WORDS.menu);
    if (shown) this.sheet.querySelector("button")?.focus();
  }

  // --- ending ---

  askEnd() {
    const back = () => this.closeConfirm();
    const act = (work) => () => (back(), work());
    this.pose(this.stop, h("div", { class: "box", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "mdg-end", "aria-describedby": "mdg-end-text" },
      h("h3", { id: "mdg-end" }, WORDS.endTitle),
      h("p", { id: "mdg-end-text" }, WORDS.endText, this.talk.requested ? WORDS.endTextRequest : null),
      button("solid", WORDS.endSave, act(() => (this.save(), this.end()))),
      button("outline", WORDS.endNow, act(() => this.end())),
      button("plain", WORDS.back, back)));
  }

  // The code is gone from the screen as soon as the door says that the talk goes on by telephone.
  async byPhone() {
    this.showMenu(false);
    try {
      const code = await this.code();
      this.codeSince = this.talk.since;
      this.pose(this.composer.menu, codeBox(code, () => this.closeConfirm()));
    } catch (error) {
      this.talk.tell("notice", error.sentence || WORDS.failure);
    }
  }

  // A box over the talk; `from` has the focus again afterwards.
  pose(from, box) {
    this.posed = from;
    this.confirm.replaceChildren(box);
    this.confirm.hidden = false;
    this.main.inert = true;
    this.confirm.querySelector("button").focus();
  }

  closeConfirm() {
    this.confirm.hidden = true;
    this.codeSince = null;
    this.main.inert = false;
    this.posed.focus();
  }

  // --- keys ---

  key(event) {
    if (composing(event)) return;
    const inField = event.composedPath()[0] === this.composer.field;
    if (inField && this.suggest.key(event)) return event.preventDefault();
    if (event.key === "Escape") return this.escape(event);
    if (event.key === "Tab") return this.wrap(event);
    return inField ? this.composer.key(event) : null;
  }

  escape(event) {
    event.preventDefault();
    event.stopPropagation();
    if (!this.confirm.hidden) return this.closeConfirm();
    if (this.menuShown) return this.showMenu(false), this.composer.menu.focus();
    return this.close();
  }

  // The whole screen is ours on narrow windows: Tab stays inside, as nothing else can be seen.
  wrap(event) {
    const covers = this.root.offsetWidth >= document.documentElement.clientWidth;
    if (!covers && this.confirm.hidden) return;
    const place = this.confirm.hidden ? this.main : this.confirm;
    const stops = [...place.querySelectorAll("button, a[href], textarea, [tabindex='0']")].filter((one) => !one.disabled && one.checkVisibility());
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (event.composedPath()[0] !== from) return;
    event.preventDefault();
    to.focus();
  }
}
