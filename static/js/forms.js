// Error summary, word counts, and a guard for words that are not saved yet.
const words = document.getElementById("script-words")?.dataset ?? {};

function say(key, values) {
  return (words[key] || "").replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

function countWords(field, note) {
  const most = Number(field.dataset.wordsMax);
  const used = field.value.trim() ? field.value.trim().split(/\s+/u).length : 0;
  const over = used - most;
  note.textContent = say(over > 0 ? "over" : "count", { used, most, over });
  note.classList.toggle("is-near", over <= 0 && used >= most * 0.9);
  note.classList.toggle("is-over", over > 0);
}

function startCount(field) {
  if (field.dataset.counting) return;
  field.dataset.counting = "yes";
  const note = document.createElement("div");
  note.className = "field__count";
  note.id = `${field.id}_count`;
  field.after(note);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${note.id}`.trim());
  countWords(field, note);
  field.addEventListener("input", () => countWords(field, note));
}

function guard(form) {
  if (form.dataset.guarded) return;
  form.dataset.guarded = "yes";
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  form.addEventListener("groundswell:saved", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// A second press of a button that is already at work sends nothing twice. Pages kept by the browser come back rested.
let watching = false;

function watchBusy() {
  if (watching) return;
  watching = true;
  document.addEventListener("submit", ({ submitter, target, defaultPrevented }) => {
    if (defaultPrevented || target.method !== "post" || !submitter) return;
    setTimeout(() => submitter.setAttribute("aria-busy", "true"));
    setTimeout(() => submitter.removeAttribute("aria-busy"), 8000);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[aria-busy='true']")) event.preventDefault();
  });
  addEventListener("pageshow", () => document.querySelectorAll("form [aria-busy]").forEach((button) => button.removeAttribute("aria-busy")));
}

export function startForms(scope) {
  watchBusy();
  const summary = scope.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
    const mark = say("error", {});
    if (!document.title.startsWith(mark)) document.title = `${mark} ${document.title}`;
  }
  scope.querySelectorAll("textarea[data-words-max], input[data-words-max]").forEach(startCount);
  scope.querySelectorAll("form[data-unsaved]").forEach(guard);
}
