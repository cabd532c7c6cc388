// The game's stakes: a dot for each letter, a clock, and at the end all ten drawings and what the network read in them.

import { byId, closest, element } from "../../web/elements.js";
import { t } from "../../web/words.js";
import * as api from "./api.js";
import { on } from "./events.js";
import { clock, verdict } from "./game-words.js";

/** @import { Stroke } from "../../web/ink.js" */
/** @import { GameView, Round } from "./game.js" */

const TICK = 250; // milliseconds
const MARGIN = 0.1; // around a drawing, in sides of the square
const NS = "http://www.w3.org/2000/svg";

/** Puts the dots and the clock into the square, which the ten drawings cover at the end. */
export function mountGameBoard() {
  const dots = Object.assign(element("ol", "dots"), { ariaLabel: t("Letters of this game") });
  const time = Object.assign(element("span", "soft"), { role: "timer" });
  const board = element("div", "game-board", dots, time);
  const said = Object.assign(element("p", ""), { role: "status" });
  const drawings = Object.assign(element("ol", ""), { ariaLabel: t("Your ten drawings, and what the network read"), translate: false });
  const end = element("div", "game-end", said, drawings);
  board.hidden = end.hidden = true;
  byId("sheet").after(board, end);
  let timer = 0;
  let ended = false;

  /** @param {GameView | null} game */
  function show(game) {
    clearInterval(timer);
    board.hidden = !game;
    end.hidden = game?.seconds == null;
    if (!game) return;
    dots.replaceChildren(...Array.from({ length: game.total }, (_, index) => dot(game.rounds[index], index === game.rounds.length)));
    const tick = () => { time.textContent = clock(game.seconds ?? (Date.now() - game.startedAt) / 1000); };
    tick();
    if (game.seconds === null) timer = setInterval(tick, TICK);
    else if (!ended) finish(game.rounds, { score: game.score, seconds: game.seconds });
    ended = game.seconds !== null;
  }

  /** @type {(rounds: Round[], game: {score: number, seconds: number}) => Promise<void>} */
  async function finish(rounds, game) {
    said.textContent = verdict(game, null);
    drawings.replaceChildren(...rounds.map(({ label, read, right, strokes }) => element("li", right ? "" : "wrong", inkOf(strokes),
      element("span", "", right ? label : `${label} → ${read ?? "?"}`))));
    try {
      said.textContent = verdict(game, (await api.endGame(game.score, game.seconds)).best);
    } catch (error) {
      if (!api.isApiError(error)) throw error; // then it is not known who is best
    }
  }

  on("game", show);
  end.addEventListener("pointerdown", (event) => { if (!closest(event, "button")) event.stopPropagation(); });
}

/** @type {(round: Round | undefined, now: boolean) => HTMLElement} */
function dot(round, now) {
  const name = !round ? (now ? "now" : "") : round.right ? "right" : "wrong";
  const created = element("li", name);
  created.setAttribute("aria-label", nameOf(round, now));
  return created;
}

/** @type {(round: Round | undefined, now: boolean) => string} */
function nameOf(round, now) {
  if (!round) return now ? t("this one") : t("to come");
  if (round.right) return t("{label}, read", { label: round.label });
  return round.read === null ? t("{label}, not read", { label: round.label }) : t("{label}, read as {read}", { label: round.label, read: round.read });
}

/** @param {Stroke[]} strokes */
function inkOf(strokes) {
  const picture = document.createElementNS(NS, "svg");
  const [xs, ys] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  const [width, height] = [Math.max(...xs) + MARGIN - left, Math.max(...ys) + MARGIN - top];
  if (strokes.length) picture.setAttribute("viewBox", [left, top, width, height].map((side) => side.toFixed(3)).join(" "));
  picture.setAttribute("aria-hidden", "true");
  for (const stroke of strokes) {
    const line = document.createElementNS(NS, "polyline");
    line.setAttribute("points", stroke.map(([x, y]) => `${x.toFixed(3)},${y.toFixed(3)}`).join(" "));
    picture.append(line);
  }
  return picture;
}
