// <madoguchi-chat>: the launcher button and the panel in a shadow root, joined to the talk and its line.

import { h, icon, setText } from "./dom.js";
import { Panel } from "./panel.js";
import { ask, Session } from "./session.js";
import { STYLE } from "./style.js";
import { Talk } from "./talk.js";
import { Transport } from "./transport.js";
import { Vault } from "./vault.js";
import { WORDS } from "./words.js";

const END_MS = 10_000; // for the door to confirm the end; then the line is dead although it looks open

// Black or white, whichever can be read on this colour (at least 4.5:1 for one of them, whatever the colour).
export function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (light + 0.05) >= 4.5 ? "#ffffff" : "#10181d";
}

export class ChatElement extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.lang = "ja";
    this.server = this.getAttribute("server");
    this.vault = new Vault(this.server);
    this.session = new Session(this.server, this.vault, this.getAttribute("identity"), this.getAttribute("link"));
    const linked = this.session.take(location.hash);
    if (linked) history.replaceState(history.state, "", location.pathname + location.search); // nobody shall copy it
    this.talk = new Talk(this.vault);
    this.joinLine();
    this.build();
    this.talk.addEventListener("change", () => this.refresh());
    this.vault.watch((key, value) => this.otherTab(key, value));
    if (this.session.linked || this.session.current || this.talk.outbox.some((item) => item.state === "sending")) this.line.start();
    if (this.getAttribute("open") === "true" || this.wasOpen || linked) this.open({ focus: false });
    this.refresh();
  }

  joinLine() {
    this.line = new Transport(this.server, this.session, {
      onJoin: (conversation) => this.join(conversation),
      onFrame: (frame) => this.receive(frame),
      onStatus: (status) => this.onStatus(status),
      since: () => this.talk.since,
    });
    this.talk.line = this.line;
  }

  build() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const colour = this.getAttribute("color");
    if (/^#[0-9a-f]{6}$/i.test(colour ?? "")) {
      this.style.setProperty("--accent", colour);
      this.style.setProperty("--on-accent", inkOn(colour));
    }
    this.dress(matchMedia("(prefers-color-scheme: dark)"));
    this.panel = new Panel(this.talk, this.server, { close: () => this.close(), end: () => this.end(), again: () => this.again(), code: () => this.code() });
    this.badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    this.count = h("span", { class: "hidden" });
    this.launcher = h("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => this.open() },
      icon("chat"), h("span", { class: "label" }, this.getAttribute("label") || WORDS.launcher), this.count, this.badge);
    root.append(this.launcher, this.panel.root);
    visualViewport?.addEventListener("resize", () => this.fit());
    document.addEventListener("visibilitychange", () => this.refresh());
    this.fit();
  }

  // Light, unless the page says otherwise: how its visitors set their systems says nothing of how it looks itself.
  dress(system) {
    const theme = this.getAttribute("theme");
    this.toggleAttribute("dark", theme === "dark" || (theme === "auto" && system.matches));
    if (theme === "auto") system.addEventListener("change", () => this.dress(system), { once: true });
  }

  // --- the line ---

  join(conversation) {
    if (this.leaving && this.leaving !== conversation) this.leave(); // the door had heard the end
    else this.talk.join(conversation);
  }

  receive(frame) {
    this.talk.receive(frame);
    if (this.talk.over) this.leave();
  }

  onStatus(status) {
    if (status === "online") this.talk.deliverAll();
    if (status === "online" && this.leaving) this.sendEnd();
    this.panel?.banner.line(status);
    this.refresh();
  }

  // What another tab of this site did: began a conversation, ended it, had words accepted.
  otherTab(key, value) {
    if (key === "session" && value && value.conversation_id !== this.talk.conversation) {
      this.talk.join(value.conversation_id);
      this.line.hangUp();
      this.line.start();
    }
    if (key.startsWith("out:") && !value) this.talk.forget(key.slice(4));
    if (key === "read") this.refresh();
  }

  // --- opening and closing ---

  get isOpen() {
    return !this.panel.root.hidden;
  }

  get wasOpen() {
    try {
      return sessionStorage.getItem(`${this.vault.prefix}open`) === "1";
    } catch {
      return false;
    }
  }

  set wasOpen(open) {
    try {
      sessionStorage.setItem(`${this.vault.prefix}open`, open ? "1" : "");
    } catch {
      // a page that may keep nothing starts closed
    }
  }

  open({ focus = true } = {}) {
    this.show(true);
    this.load();
    if (this.talk.begun) this.panel.toEnd();
    if (focus) this.panel.composer.focus();
  }

  close() {
    this.show(false);
    this.launcher.focus();
  }

  show(open) {
    this.panel.root.hidden = !open;
    this.launcher.hidden = open;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.wasOpen = open;
    this.refresh();
    if (open) this.panel.composer.measure();
  }

  // The menu and the shop's name; asked for when the panel is first opened, so that a page view costs the door nothing.
  async load() {
    if (this.loaded) return;
    this.loaded = true;
    try {
      const start = await ask(new URL("api/web/start", this.server));
      if (start.privacy_url) start.privacy_url = new URL(start.privacy_url, this.server).href;
      this.panel.fill(start);
    } catch {
      this.loaded = false; // asked again at the next opening; the talk itself does not need it
    }
  }

  refresh() {
    if (!this.panel) return;
    this.panel.refresh();
    if (this.isOpen && !document.hidden) this.talk.markRead();
    const unread = this.isOpen ? 0 : this.talk.unread;
    this.badge.hidden = !unread;
    setText(this.badge, WORDS.unread(unread));
    setText(this.count, unread ? WORDS.unreadCount(unread) : "");
  }

  // Keyboards of touch screens cover the lower part of the window: the panel takes what is left.
  fit() {
    if (visualViewport) this.style.setProperty("--height", `${Math.round(visualViewport.height)}px`);
  }

  // With which this talk goes on by telephone.
  async code() {
    return ask(new URL("api/web/code", this.server), { body: {}, token: await this.session.token() });
  }

  // --- ending ---

  // The talk is over when the door says so: nobody shall wait in its queue whom the page told that they do not.
  end() {
    this.leaving = this.session.conversation;
    if (!this.leaving) return this.leave();
    if (!this.sendEnd()) this.talk.tell("notice", WORDS.endWaits);
    return null;
  }

  sendEnd() {
    clearTimeout(this.ending);
    const sent = this.line.send({ type: "end" });
    if (sent) this.ending = setTimeout(() => this.line.hangUp(), END_MS);
    return sent;
  }

  leave() {
    clearTimeout(this.ending);
    this.leaving = null;
    this.line.stop();
    this.session.forget();
    this.talk.finish();
  }

  again() {
    this.talk.clear();
    this.panel.composer.focus();
  }
}
