// The server, as seen from the page. Two ways to fail: it does not answer, or it says no.

export class Gone extends Error {}
export class Refused extends Error {}

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
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}

const place = ({ label, n }) => `/api/samples/${encodeURIComponent(label)}/${n}`;
// The path of a saved file ends in <n>.png.
const numbered = (label, answer) => ({ ...answer, label, n: Number(/(\d+)\.png$/.exec(answer.path)[1]) });

export const state = () => send("GET", "/api/state");
export const read = (strokes) => send("POST", "/api/read", { strokes });
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
