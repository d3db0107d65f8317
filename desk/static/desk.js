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

document.querySelector("dialog[data-now]")?.showModal(); // what was sent from it did not do

// The menu scrolls where it does not fit.
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

// A menu that folds out: Escape or going elsewhere folds it in again.
for (const menu of document.querySelectorAll("details.more")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

for (const field of document.querySelectorAll("input[data-select]")) {
  field.addEventListener("focus", () => field.select());
}
