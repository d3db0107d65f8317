// The agent's own state, as the desk knows it: set in the list, and told when an offer was missed.

const KINDS = { ready: "受付可です。お客様を順番に呼び出します。", break: "離席中です。", off: "受付を停止しています。" };
const MISSED = "呼び出しに応答がなかったため、受付を止めています。戻られたら「受付可」に切り替えてください。";
const NEW = "まだ受付を始めていません。「受付可」にすると、お客様を順番に呼び出します。";
const TIME = new Intl.DateTimeFormat("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });

export class Work {
  constructor(root) {
    this.form = root.querySelector("[data-work]");
    this.choice = this.form.querySelector("select");
    this.line = this.form.querySelector("[data-work-since]");
    this.touched = false;
    this.choice.addEventListener("change", () => (this.touched = true));
  }

  show(work) {
    const kind = work?.work ?? "";
    if (!this.touched) this.choice.value = kind === "break" ? `break:${work.code}` : kind === "ready" ? "ready" : "off";
    this.form.dataset.kind = kind;
    const since = work ? `（${TIME.format(new Date(work.since * 1000))}から）` : "";
    this.line.textContent = kind === "missed" ? MISSED : work ? `${KINDS[kind]}${since}` : NEW;
  }
}
