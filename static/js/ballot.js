// Says what is left of the ballot while choosing; the server decides what counts.
function fill(words, values) {
  return words.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

function usedOn(form) {
  const given = form.querySelectorAll("[data-points]");
  if (!given.length) return form.querySelectorAll("[data-choice]:checked").length;
  return [...given].reduce((sum, field) => sum + (Number(field.value) || 0), 0);
}

function update(form) {
  const used = usedOn(form);
  for (const meter of form.querySelectorAll("[data-ballot-meter]")) {
    const limit = Number(meter.dataset.limit);
    const values = { used, limit, left: Math.max(0, limit - used), over: used - limit };
    meter.classList.toggle("is-over", used > limit);
    form.classList.toggle("is-full", used >= limit);
    meter.querySelector(".ballot-meter__words").textContent = fill(used > limit ? meter.dataset.wordsOver : meter.dataset.words, values);
    meter.querySelectorAll(".ballot-meter__dot").forEach((dot, place) => dot.classList.toggle("is-used", place < used));
  }
}

export function startBallot(scope) {
  for (const form of scope.querySelectorAll("form[data-ballot]")) {
    if (form.dataset.counting) continue;
    form.dataset.counting = "yes";
    update(form);
    form.addEventListener("change", () => update(form));
  }
}
