// Every page of the desk: confirmations, dialogs, and leaving nothing behind at sign-out.

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", () => {
    window.sessionStorage.clear();
    window.localStorage.clear(); // drafts are customers' business; the next person at this screen must not find them
  });
}

for (const opener of document.querySelectorAll("[data-open]")) {
  const dialog = document.querySelector(`[data-dialog="${opener.dataset.open}"]`);
  opener.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-dismiss]").addEventListener("click", () => dialog.close());
}

for (const field of document.querySelectorAll("input[data-select]")) {
  field.addEventListener("focus", () => field.select());
}
