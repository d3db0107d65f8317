// Colleagues' states change while a page is open: they are asked for whenever the list of them is opened.

import { fetchByItself } from "./by_itself.js";

export function wireColleagues(dialog, ticket) {
  const [select, group] = [dialog.querySelector("select"), dialog.querySelector("[data-colleagues]")];
  const refresh = async () => {
    const answer = await fetchByItself(`/inbox/${ticket}/colleagues`).catch(() => null);
    if (!answer?.ok) {
      const waits = group.querySelector("option:only-child:disabled"); // an old list is better than none
      if (waits) waits.textContent = group.dataset.failed;
      return;
    }
    const chosen = select.value;
    group.innerHTML = await answer.text(); // the desk's own template
    if ([...select.options].some((option) => option.value === chosen && !option.disabled)) select.value = chosen;
  };
  new MutationObserver(() => dialog.open && refresh()).observe(dialog, { attributeFilter: ["open"] });
}
