// Number keys choose a level, only while the focus is in that criterion (WCAG 2.1.4).
export function startRubrics(scope) {
  scope.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !/^[0-9]$/.test(event.key)) return;
    const row = event.target instanceof HTMLInputElement && event.target.type === "radio" && event.target.closest("[data-rubric]");
    const radio = row && row.querySelector(`input[type="radio"][value="${event.key}"]:not(:disabled)`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
