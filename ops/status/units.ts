/** A span in one or two letters and digits: 45s, 12m, 3h, 9d. */
export function ageText(seconds: number): string {
  const spans: [number, string][] = [
    [60, "s"],
    [3600, "m"],
    [86_400, "h"],
  ];
  let unit = 1;
  for (const [next, letter] of spans) {
    if (seconds < next) return `${Math.floor(seconds / unit)}${letter}`;
    unit = next;
  }
  return `${Math.floor(seconds / unit)}d`;
}

/** How much of a limit is used, in percent; a dash when either is not known. */
export function shareText(used: number | null, limit: number): string {
  return used === null || limit === 0 ? "-" : `${Math.round((used / limit) * 100)}%`;
}

/** Requests in a second: with a tenth while they are few. */
export function rateText(perSecond: number | null): string {
  if (perSecond === null) return "-";
  return perSecond < 100 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** A share of answers: a single error among many must not read as none. */
export function errorText(share: number): string {
  if (share === 0) return "no 5xx";
  return share < 0.001 ? "under 0.1 % 5xx" : `${(share * 100).toFixed(1)} % 5xx`;
}

/** Local time to the minute, as a person reads a history: 2026-11-21 19:44. */
export function minuteText(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
