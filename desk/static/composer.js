// Writing to the customer. What is typed survives a reload; what is sent is kept until the desk has said it has it.

const TYPING_EVERY_MS = 2_000;

export class Composer {
  constructor(form, ticket, { send, typing, onPending }) {
    this.field = form.querySelector("textarea");
    this.draftKey = `draft:${ticket}`;
    this.outboxKey = `outbox:${ticket}`;
    this.send = send;
    this.typing = typing;
    this.onPending = onPending;
    this.typedAt = 0;
    this.field.value = localStorage.getItem(this.draftKey) ?? "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.cost = form.querySelector("[data-sms-cost]");
    this.showCost();
    this.field.focus();
  }

  // What the words cost as SMS: 70 UTF-16 units alone, 67 in each of several.
  showCost() {
    if (!this.cost) return;
    const text = this.field.value.trim();
    const units = this.cost.dataset.prefix.length + text.length;
    const parts = units <= 70 ? 1 : smsParts(this.cost.dataset.prefix + text);
    this.cost.textContent = text ? `SMS ${parts}通分` : "";
    this.cost.classList.toggle("over", units > 320);
    this.cost.title = units > 320 ? "長いSMSは分かれて届くことがあります。320文字までをおすすめします。" : "";
  }

  key(event) {
    // Enter that settles a conversion of the IME is not for us; 229 is what Safari says of it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.say();
  }

  typed() {
    this.showCost();
    localStorage.setItem(this.draftKey, this.field.value);
    if (Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.typing();
  }

  say() {
    const text = this.field.value.trim();
    if (!text) return;
    this.put({ id: crypto.randomUUID?.() ?? uuid(), text, at: Date.now() / 1000 });
  }

  put(said) {
    this.outbox = [...this.outbox, said];
    this.field.value = "";
    this.showCost();
    localStorage.removeItem(this.draftKey);
    this.onPending(said);
    this.send(said);
  }

  get outbox() {
    return JSON.parse(localStorage.getItem(this.outboxKey) ?? "[]");
  }

  set outbox(said) {
    if (said.length) localStorage.setItem(this.outboxKey, JSON.stringify(said));
    else localStorage.removeItem(this.outboxKey);
  }

  done(id) {
    this.outbox = this.outbox.filter((said) => said.id !== id);
  }

  // The desk has doubts: asked, and sent again, or given back. Whether it is on its way.
  doubt(id, question) {
    const said = this.outbox.find((each) => each.id === id);
    if (!said || !window.confirm(question)) {
      this.giveBack(id);
      return false;
    }
    this.done(id);
    this.outbox = [...this.outbox, { ...said, sure: true }];
    this.send({ ...said, sure: true });
    return true;
  }

  // Text of an article or a canned reply, where the agent is writing.
  insert(text) {
    const { selectionStart: start, selectionEnd: end, value } = this.field;
    const gap = start > 0 && !value.slice(0, start).endsWith("\n") ? "\n" : "";
    this.field.setRangeText(`${gap}${text}`, start, end, "end");
    this.field.focus();
    this.typed();
  }

  // A refused word goes back into the field, so that nothing typed is lost.
  giveBack(id) {
    const said = this.outbox.find((each) => each.id === id);
    this.done(id);
    if (!said) return;
    this.field.value = [said.text, this.field.value].filter(Boolean).join("\n");
    localStorage.setItem(this.draftKey, this.field.value);
    this.showCost();
  }

  // After every (re)connection: all that was not acknowledged. The desk knows each by its id.
  resend() {
    for (const said of this.outbox) {
      this.onPending(said);
      this.send(said);
    }
  }
}

// A character that would be cut by the end of a part begins the next one.
function smsParts(text) {
  let [parts, used] = [1, 0];
  for (const character of text) {
    if (used + character.length > 67) [parts, used] = [parts + 1, 0];
    used += character.length;
  }
  return parts;
}

function uuid() {
  // Pages on plain http (other than localhost) have no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
