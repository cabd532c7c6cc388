// What may happen by itself: only what the network reads as the letter that was asked for, and no letter without its dot.

const MARK = /[ij]|\p{M}/u; // what has a dot, or an accent, has a second stroke

const unfinished = (label, strokes) => strokes.length < 2 && MARK.test(label.normalize("NFD"));

// The question to whoever draws; "" where there is none.
export function doubt(label, ranking, strokes) {
  if (!ranking.length) return "There is no network to check it: press Enter to keep it.";
  const [[read]] = ranking;
  if (read !== label) return `I expected ${label}, this looks like ${read}. Keep it?`;
  return unfinished(label, strokes) ? `Does the ${label} have all its strokes? Keep it?` : "";
}
