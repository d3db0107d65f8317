// What was typed and not saved stays in this browser until it is saved or thrown away; sign-out empties it.

const PREFIX = "article:";

export function keepTyped(form, { ids, restored }) {
  const key = form.dataset.keptAs;
  const notice = document.querySelector("[data-kept]");
  const state = document.querySelector("[data-save-state]");
  const begun = typed(form);
  let unsaved = "unsaved" in form.dataset;
  let leaving = false;

  if ("saved" in form.dataset) forget(key.slice(0, key.lastIndexOf(":")));
  const before = window.localStorage.getItem(key);
  notice.hidden = before === null || before === begun || unsaved;

  document.querySelector("[data-restore]").addEventListener("click", () => {
    fill(form, JSON.parse(before), ids);
    notice.hidden = true;
    restored();
  });
  document.querySelector("[data-discard]").addEventListener("click", () => {
    window.localStorage.removeItem(key);
    notice.hidden = true;
  });
  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved && !leaving) event.preventDefault();
  });

  return {
    keep() {
      const now = typed(form);
      unsaved = now !== begun || "unsaved" in form.dataset;
      state.textContent = unsaved ? "保存していない変更があります" : "";
      if (unsaved) window.localStorage.setItem(key, now);
      else window.localStorage.removeItem(key);
    },
  };
}

function typed(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf" && name !== "version");
  return JSON.stringify(fields);
}

function fill(form, fields, ids) {
  for (const [name, value] of fields) if (name !== "related") form.elements[name].value = value;
  ids(fields.filter(([name]) => name === "related").map(([, value]) => value));
}

function forget(prefix) {
  for (const key of Object.keys(window.localStorage)) {
    if (key.startsWith(PREFIX) && key.startsWith(`${prefix}:`)) window.localStorage.removeItem(key);
    if (key === `${PREFIX}:0`) window.localStorage.removeItem(key); // what was a new article is one now
  }
}
