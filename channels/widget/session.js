// The conversation's token: opened at the first word, renewed before it ends, shared by every tab of the site.

// An answer of the door that is not 2xx, with its sentence for the customer.
export class DoorError extends Error {
  constructor(status, { code = "internal", message = "", retry_after } = {}, retryAfter = null) {
    super(message || code);
    Object.assign(this, { status, code, sentence: message, retryAfter: Number(retryAfter ?? retry_after) || 0 });
  }
}

export async function ask(url, { body, token, signal, method = body ? "POST" : "GET" } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method, headers, signal, credentials: "omit", cache: "no-store" };
  const answer = await fetch(url, body ? { ...options, body: JSON.stringify(body) } : options);
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new DoorError(answer.status, data.error, answer.headers.get("Retry-After"));
  return data;
}

const SPARE_MS = 60_000;

export class Session {
  // `link`: of an address sent by SMS during a call; it opens the talk at its article, once in this browser.
  constructor(server, vault, identity, link) {
    Object.assign(this, { server, vault, identity, link, stale: false });
  }

  get linked() {
    return Boolean(this.link) && this.vault.get("link") !== this.link;
  }

  get current() {
    return this.vault.get("session");
  }

  get conversation() {
    return this.current?.conversation_id ?? null;
  }

  // The link of an SMS: the talk with this telephone goes on here. Whether it was one.
  take(hash) {
    const link = /^#talk=([\w-]{32})$/.exec(hash)?.[1];
    if (link) this.vault.set("session", { token: link, conversation_id: null, expires_at: new Date(0).toISOString() });
    return Boolean(link);
  }

  // A usable token, renewed or newly opened when there is none.
  async token() {
    const known = this.current;
    if (known && !this.stale && !this.linked && Date.parse(known.expires_at) - Date.now() > SPARE_MS) return known.token;
    return this.alone(() => this.open(known?.token));
  }

  // The token was refused: the next `token()` renews it.
  expire() {
    this.stale = true;
  }

  forget() {
    this.stale = false;
    this.vault.remove("session");
  }

  async open(before) {
    const now = this.current;
    if (now && now.token !== before) return now.token; // another tab was faster
    const body = {
      page: location.origin + location.pathname, // without the query: it may hold what is nobody's business
      referrer: document.referrer ? new URL(document.referrer).origin : undefined,
      identity: this.identity || undefined,
      resume: before || undefined,
      link: this.linked ? this.link : undefined,
    };
    const opened = await ask(new URL("api/web/sessions", this.server), { body });
    this.stale = false;
    if (this.link) this.vault.set("link", this.link);
    this.vault.set("session", {
      token: opened.token,
      conversation_id: opened.conversation_id,
      expires_at: opened.expires_at,
    });
    return opened.token;
  }

  // One tab at a time, so that two tabs do not open two conversations (locks exist on https and localhost only).
  alone(work) {
    return navigator.locks ? navigator.locks.request(`${this.vault.prefix}session`, work) : work();
  }
}
