// Counts the ticked rows of a table for the bar that acts on them.
export function startBulk(scope) {
  for (const form of scope.querySelectorAll("form[data-bulk]")) {
    const bar = form.querySelector("[data-bulk-bar]");
    if (!bar || form.dataset.counting) continue;
    form.dataset.counting = "yes";
    const words = bar.querySelector(".bulk-bar__words");
    const empty = words.textContent;
    const count = () => {
      const chosen = form.querySelectorAll(".tick :checked").length;
      bar.classList.toggle("is-some", chosen > 0);
      words.textContent = chosen ? bar.dataset.words.replace("%(n)s", chosen) : empty;
    };
    form.addEventListener("change", count);
    count();
  }
}
