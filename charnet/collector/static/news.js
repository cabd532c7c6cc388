// What happens on the page, for those whom it concerns:
//
//     on("state", (state) => ...)      the answer of /api/state, whenever it changed
//     on("ink", (strokes) => ...)      what is in the square; [] when it is empty
//     on("reading", (answer) => ...)   the answer of /api/read to what is in the square; null when that is gone
//     on("network", (network) => ...)  the answer of /api/network whenever another one reads; null without one
//
// Who comes late is told the latest at once.

const listeners = new Map();
const latest = new Map();

export function on(name, act) {
  listeners.set(name, [...(listeners.get(name) ?? []), act]);
  if (latest.has(name)) act(latest.get(name));
}

export function tell(name, what) {
  latest.set(name, what);
  for (const act of listeners.get(name) ?? []) act(what);
}
