// What the browser keeps between pages: the talk's token and words not yet accepted. Never the talk itself.

// localStorage under our own prefix; a plain map where the page may keep nothing.
export class Vault {
  constructor(server) {
    this.prefix = `madoguchi:${server}:`;
    this.memory = new Map();
    try {
      const probe = `${this.prefix}probe`;
      localStorage.setItem(probe, "1");
      localStorage.removeItem(probe);
      this.lasting = true;
    } catch {
      this.lasting = false;
    }
  }

  get(key) {
    const raw = this.lasting ? localStorage.getItem(this.prefix + key) : this.memory.get(key);
    try {
      return raw ? JSON.parse(raw) : null;
    } catch {
      return null;
    }
  }

  set(key, value) {
    const raw = JSON.stringify(value);
    try {
      if (this.lasting) return localStorage.setItem(this.prefix + key, raw);
    } catch {
      this.lasting = false; // full: from now on this page's memory only
    }
    return this.memory.set(key, raw);
  }

  remove(key) {
    if (this.lasting) localStorage.removeItem(this.prefix + key);
    this.memory.delete(key);
  }

  // Every kept value whose key begins with `start`.
  all(start) {
    const keys = this.lasting
      ? Object.keys(localStorage).filter((key) => key.startsWith(this.prefix + start)).map((key) => key.slice(this.prefix.length))
      : [...this.memory.keys()].filter((key) => key.startsWith(start));
    return keys.map((key) => this.get(key)).filter(Boolean);
  }

  // Calls `listener(key, value)` when another tab changes something.
  watch(listener) {
    window.addEventListener("storage", (event) => {
      if (event.storageArea !== localStorage || !event.key?.startsWith(this.prefix)) return;
      const key = event.key.slice(this.prefix.length);
      listener(key, this.get(key));
    });
  }
}

// UUIDs also on pages without https, where crypto.randomUUID does not exist.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
