// The server, as seen from the page. Two ways to fail: it does not answer, or it says no.

export class Gone extends Error {}
export class Refused extends Error {
  constructor(answer) {
    super(answer.error);
    this.answer = answer;
  }
}

async function send(method, path, body, extra = {}) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json", ...extra } : extra,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(15000),
    });
    answer = await response.json();
  } catch {
    throw new Gone("the program does not answer");
  }
  if (!response.ok) throw new Refused(answer);
  return answer;
}

const place = ({ label, n }) => `/api/samples/${encodeURIComponent(label)}/${n}`;
// The path of a saved file ends in <n>.png.
const numbered = (label, answer) => ({ ...answer, label, n: Number(/(\d+)\.png$/.exec(answer.path)[1]) });

export const state = () => send("GET", "/api/state");
export const network = () => send("GET", "/api/network");
export const read = (strokes, nearest = false) => send("POST", "/api/read", { strokes, nearest });
export const samples = (asked) => send("GET", `/api/samples?${new URLSearchParams(asked)}`);
export const train = (lesson) => send("POST", "/api/train", lesson);
export const training = () => send("GET", "/api/train");
export const stopTraining = () => send("DELETE", "/api/train");
export const warm = () => send("POST", "/api/train/warm", {});
export const cool = () => send("DELETE", "/api/train/warm");
export const snapshots = (after) => send("GET", `/api/train/snapshots?after=${after}`);
export const remove = (sample) => send("DELETE", place(sample));
export const restore = async (sample) => numbered(sample.label, await send("POST", `${place(sample)}/restore`));
export const pictureOf = place;

// The key makes a drawing that is sent twice, since the answer was lost on its way, be saved once.
export async function keep({ label, strokes, key }) {
  return numbered(label, await send("POST", "/api/samples", { label, strokes }, { "Idempotency-Key": key }));
}

export async function analyze({ label, strokes, key }) {
  const answer = await send("POST", "/api/analyze", { label, strokes }, { "Idempotency-Key": key });
  return answer.kept ? numbered(label, answer) : answer;
}
