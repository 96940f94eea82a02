// Deadlines tick, and guests see their own clock beside the contest's.
const lang = document.documentElement.lang || "en";
const passed = new Intl.RelativeTimeFormat(lang, { numeric: "always" });

// "in 3 days 4 hours": the two largest units, like the server's words.
export function relativeWords(seconds) {
  const future = seconds >= 0;
  const size = Math.abs(seconds);
  const parts = [["day", Math.floor(size / 86400)], ["hour", Math.floor((size % 86400) / 3600)],
    ["minute", Math.floor((size % 3600) / 60)], ["second", Math.floor(size % 60)]].filter(([, n]) => n > 0).slice(0, 2);
  if (!parts.length) parts.push(["second", 0]);
  const [unit, count] = parts[0];
  const first = passed.format(future ? count : -count, unit);
  const rest = parts[1];
  if (!rest || unit === "day" && rest[0] !== "hour" || unit === "hour" && rest[0] !== "minute") return first;
  const second = new Intl.NumberFormat(lang, { style: "unit", unit: rest[0], unitDisplay: "long" }).format(rest[1]);
  const number = new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(count);
  return first.includes(number) ? first.replace(number, `${number} ${second}`) : first;
}

// The server's clock is the one that counts: where a page states it (never a cached one), measure how far off this is.
function clockOffset() {
  const stated = document.querySelector("meta[name='server-time']");
  return stated ? Date.parse(stated.content) - Date.now() : 0;
}

function localTimes(scope) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const day = new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "short" });
  const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  for (const slot of scope.querySelectorAll("[data-local-time][hidden]")) {
    const moment = new Date(slot.dataset.localTime);
    const city = zone.includes("/") ? ` (${zone.split("/").pop().replaceAll("_", " ")})` : "";
    const same = -moment.getTimezoneOffset() === Number(slot.dataset.minutes);
    const part = Object.fromEntries(day.formatToParts(moment).map(({ type, value }) => [type, value]));
    slot.textContent = same ? slot.dataset.same
      : `${part.weekday} ${part.day} ${part.month}, ${clock.format(moment)} ${slot.dataset.words}${city}`;
    slot.hidden = false;
  }
}

let ticking = false;

export function startTimes(scope) {
  localTimes(scope);
  if (ticking || !document.querySelector("time[data-deadline]")) return;
  ticking = true;
  const offset = clockOffset();
  const tick = () => {
    let shortest = Infinity;
    for (const time of document.querySelectorAll("time[data-deadline]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now() - offset) / 1000;
      time.textContent = relativeWords(seconds);
      shortest = Math.min(shortest, Math.abs(seconds));
    }
    setTimeout(tick, shortest < 3600 ? 1000 : 60000);
  };
  tick();
}
