// What staff write among themselves about a talk.

import { element } from "./element.js";

const TIME = new Intl.DateTimeFormat("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });

export function showNotes(list, notes) {
  if (!list) return;
  list.replaceChildren(
    ...notes.map((note) => {
      const line = element("li", note.whisper ? "whisper" : "");
      const head = element("b", "", note.whisper ? `${note.name}（責任者から）` : note.name);
      const time = element("time", "soft", TIME.format(new Date(note.at * 1000)));
      line.append(head, " ", time, element("p", "", note.text));
      return line;
    }),
  );
  list.scrollTop = list.scrollHeight;
}
