// A note on an article names one, unless there is none yet.

export function wireArticleNote(form) {
  const [article, kind] = [form.querySelector("[name=article]"), form.querySelector("[name=kind]")];
  const settle = () => {
    const wanted = kind.value !== "missing";
    article.required = wanted;
    article.disabled = !wanted;
  };
  kind.addEventListener("change", settle);
  settle();
}
