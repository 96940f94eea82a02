// Everything here improves a page that already works without it.
import { startTheme } from "./theme.js";
import { startTimes } from "./times.js";
import { startForms } from "./forms.js";
import { startRubrics } from "./rubric.js";
import { startBallot } from "./ballot.js";
import { startBulk } from "./bulk.js";

startTheme(document);
startTimes(document);
startRubrics(document);
startForms(document);
startBallot(document);
startBulk(document);

// htmx swaps in parts that need the same care.
document.body.addEventListener("htmx:load", (event) => {
  startTimes(event.target);
  startForms(event.target);
  startBallot(event.target);
  startBulk(event.target);
});
